import type { ErrorData } from '../protocol/errors.ts'

export const STUCK: ErrorData = {
  code: 'engine/worker-stuck',
  message: 'The computation did not answer in time, so it was ended.',
  nextStep: 'Try again: the model is loaded anew.',
}

export const STOPPED: ErrorData = {
  code: 'engine/aborted',
  message: 'The computation was stopped.',
  nextStep: 'Start it again when you want to.',
}

export const VERSION_MISMATCH: ErrorData = {
  code: 'engine/version-mismatch',
  message: 'This page and its background program come from two versions of the app.',
  nextStep: 'Close other tabs of this app, then reload the page.',
}

export const BROKEN: ErrorData = {
  code: 'engine/run-failed',
  message: 'The background program that runs the model failed.',
  nextStep: 'Try again; if it happens again, reload the page.',
}

export const OTHER_DEVICE: ErrorData = {
  code: 'engine/device-lost',
  message: 'The graphics device went away, and what took its place computes other bits.',
  nextStep: 'Load the model again to see what this device is now.',
}

export const NOT_LOADED: ErrorData = {
  code: 'engine/not-loaded',
  message: 'No model is loaded yet.',
  nextStep: 'Load a model first.',
}
