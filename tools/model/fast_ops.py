"""Training-only building blocks that keep the working set of a CPU step inside its cache.

Each is a plain formula with its gradient written by hand: attention one sequence at a time,
the language-model head and its loss a few hundred rows at a time, and matrix products whose
operands are rounded to bfloat16 while sums stay in float32.
"""

import torch
from torch.autograd import Function


def half(x: torch.Tensor) -> torch.Tensor:
    return x.to(torch.bfloat16)


class Project(Function):
    """y = x @ w.T for x [rows, in], w [out, in], with bfloat16 operands."""

    @staticmethod
    def forward(ctx, x, w):
        xh, wh = half(x), half(w)
        ctx.save_for_backward(xh, wh)
        return (xh @ wh.t()).float()

    @staticmethod
    def backward(ctx, dy):
        xh, wh = ctx.saved_tensors
        dyh = half(dy)
        return (dyh @ wh).float(), (dyh.t() @ xh).float()


class RmsNorm(Function):
    """x / rms(x) * g over the last axis, for x [rows, width]."""

    @staticmethod
    def forward(ctx, x, gain, eps):
        inverse = torch.rsqrt(x.square().mean(-1, keepdim=True).add_(eps))
        unit = x * inverse
        ctx.save_for_backward(unit, inverse, gain)
        return unit * gain

    @staticmethod
    def backward(ctx, dy):
        unit, inverse, gain = ctx.saved_tensors
        dgain = (dy * unit).sum(0)
        dunit = dy * gain
        pull = (dunit * unit).mean(-1, keepdim=True)
        return dunit.sub_(unit * pull).mul_(inverse), dgain, None


class CausalAttention(Function):
    """Grouped-query attention on q [b, t, heads, d], k and v [b, t, kv_heads, d], rotated already.

    The queries that share a key head are stacked, so every product is a batch of
    [group * t, d] with [d, t]; only a few sequences' scores are worked on at a time.
    """

    AT_ONCE = 4  # sequences

    @staticmethod
    def forward(ctx, q, k, v):
        batch, time, heads, width = q.shape
        kv_heads = k.shape[2]
        group = heads // kv_heads
        ctx.shape = (batch, time, heads, kv_heads, group, width)
        stacked = half(stack(q * width**-0.5, ctx.shape))
        keys, values = (half(x.transpose(1, 2)).flatten(0, 1) for x in (k, v))
        hidden = torch.full((time, time), float("-inf")).triu_(1).repeat(group, 1)
        ctx.slices = [
            slice(i, i + CausalAttention.AT_ONCE * kv_heads)
            for i in range(0, batch * kv_heads, CausalAttention.AT_ONCE * kv_heads)
        ]
        ctx.probs, outs = [], []
        for at in ctx.slices:
            scores = (stacked[at] @ keys[at].transpose(1, 2)).float().add_(hidden)
            probs = half(torch.softmax(scores, -1))
            ctx.probs.append(probs)
            outs.append((probs @ values[at]).float())
        out = torch.cat(outs)
        ctx.save_for_backward(stacked, keys, values, out)
        return unstack(out, ctx.shape)

    @staticmethod
    def backward(ctx, dy):
        stacked, keys, values, out = ctx.saved_tensors
        batch, time, heads, kv_heads, group, width = ctx.shape
        dout = stack(dy, ctx.shape)
        offset = (dout * out).sum(-1, keepdim=True)
        douth = half(dout)
        dq, dk, dv = [], [], []
        for at, probs in zip(ctx.slices, ctx.probs):
            dv.append(probs.transpose(1, 2) @ douth[at])
            dscores = (douth[at] @ values[at].transpose(1, 2)).float()
            dscores = half(dscores.sub_(offset[at]).mul_(probs))
            dq.append(dscores @ keys[at])
            dk.append(dscores.transpose(1, 2) @ stacked[at])
        ctx.probs = None
        dq = torch.cat(dq).float().mul_(width**-0.5)
        dk, dv = (
            torch.cat(x).float().view(batch, kv_heads, time, width).transpose(1, 2) for x in (dk, dv)
        )
        return unstack(dq, ctx.shape), dk, dv


def stack(x, shape):
    """[b, t, heads, d] to [b * kv_heads, group * t, d]."""
    batch, time, heads, kv_heads, group, width = shape
    x = x.reshape(batch, time, kv_heads, group, width).permute(0, 2, 3, 1, 4)
    return x.reshape(batch * kv_heads, group * time, width)


def unstack(x, shape):
    """[b * kv_heads, group * t, d] back to [b, t, heads, d]."""
    batch, time, heads, kv_heads, group, width = shape
    x = x.view(batch, kv_heads, group, time, width).permute(0, 3, 1, 2, 4)
    return x.reshape(batch, time, heads, width)


class HeadLoss(Function):
    """Mean cross-entropy of x [rows, width] against targets [rows] under the tied head w.

    Gradients are made chunk by chunk during the forward pass, so the full [rows, vocab]
    logits never exist.
    """

    @staticmethod
    def forward(ctx, x, w, targets, chunk=512):
        xh, wh = half(x), half(w)
        dx, dw = torch.empty_like(x), torch.zeros_like(w)
        loss = 0.0
        for at in range(0, len(x), chunk):
            rows, want = xh[at : at + chunk], targets[at : at + chunk, None]
            logp = torch.log_softmax((rows @ wh.t()).float(), -1)
            loss -= logp.gather(1, want).sum().item()
            dlogits = logp.exp_().scatter_add_(1, want, torch.full(want.shape, -1.0))
            dh = half(dlogits)
            dx[at : at + chunk] = (dh @ wh).float()
            dw += (dh.t() @ rows).float()
        ctx.save_for_backward(dx.div_(len(x)), dw.div_(len(x)))
        return x.new_tensor(loss / len(x))

    @staticmethod
    def backward(ctx, dy):
        dx, dw = ctx.saved_tensors
        return dx * dy, dw * dy, None, None
