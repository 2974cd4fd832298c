import { expect, test } from 'vitest'
import { createTokenMeter } from '../../../src/participant/token-meter.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'

test('nothing counted is a rate of zero, and so is everything at one moment', () => {
  const meter = createTokenMeter(createFakeClock())
  expect(meter.perSecond()).toBe(0)
  meter.add(5)
  expect(meter.perSecond()).toBe(0)
  expect(meter.total()).toBe(5)
})

test('the rate is tokens over the seconds they took', () => {
  const clock = createFakeClock()
  const meter = createTokenMeter(clock)
  for (let i = 0; i < 20; i++) {
    clock.advance(100)
    meter.add(1)
  }
  expect(meter.perSecond()).toBeCloseTo(10)
  expect(meter.total()).toBe(20)
})

test('the rate is that of now: a slow beginning is forgotten after three seconds, the total is not', () => {
  const clock = createFakeClock()
  const meter = createTokenMeter(clock)
  for (let i = 0; i < 10; i++) {
    clock.advance(1_000)
    meter.add(1)
  }
  for (let i = 0; i < 80; i++) {
    clock.advance(50)
    meter.add(1)
  }
  expect(meter.perSecond()).toBeCloseTo(20)
  expect(meter.total()).toBe(90)
})

test('the window is always spanned: the sample before it counts as its beginning', () => {
  const clock = createFakeClock()
  const meter = createTokenMeter(clock)
  clock.advance(1_000)
  meter.add(10)
  clock.advance(10_000)
  meter.add(10)
  clock.advance(1_000)
  meter.add(10)
  // Ten tokens in the ten silent seconds and ten in the last one.
  expect(meter.perSecond()).toBeCloseTo(20 / 11)
})

test('a job of hours keeps no sample older than its window', () => {
  const clock = createFakeClock()
  const meter = createTokenMeter(clock)
  clock.advance(1)
  meter.add(1_000_000)
  for (let i = 0; i < 1_000; i++) {
    clock.advance(500)
    meter.add(1)
  }
  expect(meter.perSecond()).toBeCloseTo(2)
})
