// Whether a webhook is Kinora's (Standard Webhooks, https://www.standardwebhooks.com).
import { createHmac, timingSafeEqual } from 'node:crypto'

/** How far the sender's clock may be off, seconds. Older messages are somebody's who kept one. */
const TOLERANCE_S = 300

export type WebhookEvent = { id: string; object: 'event'; created_at: number; type: string; data: { id: string } }

/** The event in `body`, if it is signed under `secret` (`whsec_…`). `body` is what came, byte by byte. */
export function verify(secret: string, headers: Record<string, string | string[] | undefined>, body: Buffer): WebhookEvent {
  const [id, at, signatures] = ['id', 'timestamp', 'signature'].map((part) => String(headers[`webhook-${part}`] ?? ''))
  if (!(Math.abs(Date.now() / 1000 - Number(at)) <= TOLERANCE_S)) throw new Error('the message is too old, or from the future')
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = Buffer.from(`v1,${createHmac('sha256', key).update(`${id}.${at}.`).update(body).digest('base64')}`)
  // There are several while a secret is changed.
  const fits = signatures!.split(' ').some((given) => {
    const bytes = Buffer.from(given)
    return bytes.length === expected.length && timingSafeEqual(bytes, expected)
  })
  if (!fits) throw new Error('no signature fits')
  return JSON.parse(body.toString())
}
