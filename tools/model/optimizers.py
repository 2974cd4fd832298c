"""Muon for the hidden matrices, AdamW for the embedding and the norm gains."""

import torch


def orthogonalise(g: torch.Tensor, steps: int = 5) -> torch.Tensor:
    """Newton-Schulz: roughly replace every singular value of each g[i] [rows, cols] by one."""
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = g.shape[1] > g.shape[2]
    x = g.transpose(1, 2) if tall else g
    x = (x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)).to(torch.bfloat16)
    for _ in range(steps):
        square = x @ x.transpose(1, 2)
        x = a * x + (b * square + c * (square @ square)) @ x
    return (x.transpose(1, 2) if tall else x).float()


class Muon(torch.optim.Optimizer):
    """Nesterov momentum whose update is orthogonalised (K. Jordan's Muon)."""

    def __init__(self, params, lr=0.02, momentum=0.95, weight_decay=0.01):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            by_shape = {}
            for p in group["params"]:
                by_shape.setdefault(p.shape, []).append(p)
            for (rows, cols), params in by_shape.items():
                updates = orthogonalise(torch.stack([self.nesterov(p, group) for p in params]))
                scale = max(1.0, rows / cols) ** 0.5
                for p, update in zip(params, updates):
                    p.mul_(1 - group["lr"] * group["weight_decay"])
                    p.add_(update, alpha=-group["lr"] * scale)

    def nesterov(self, p, group):
        state = self.state[p]
        if "velocity" not in state:
            state["velocity"] = torch.zeros_like(p)
        velocity = state["velocity"].lerp_(p.grad, 1 - group["momentum"])
        return p.grad.lerp(velocity, group["momentum"])


def build(weights: dict, muon_lr: float, adam_lr: float):
    """One optimizer for each kind of parameter; their groups remember their peak rate."""
    hidden = [w for n, w in weights.items() if w.ndim == 2 and "embed" not in n]
    rest = [w for n, w in weights.items() if w.ndim < 2 or "embed" in n]
    made = [
        Muon(hidden, lr=muon_lr),
        torch.optim.AdamW(rest, lr=adam_lr, betas=(0.9, 0.95), weight_decay=0.0),
    ]
    for optimizer in made:
        for group in optimizer.param_groups:
            group["peak"] = group["lr"]
    return made


def set_rate(optimizers, fraction: float) -> None:
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * fraction
