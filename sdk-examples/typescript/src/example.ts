// Make a clip, follow it, take its webhook, download it and print its receipt.
//
//     KINORA_URL=http://127.0.0.1:8080 KINORA_KEY=kn_… node dist/example.js
//
// The server must be allowed to call this machine: KINORA_OUTGOING_ALLOW=127.0.0.1.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { client } from './generated/client.gen.js'
import {
  receiptGet,
  videoContent,
  videoCreate,
  videoEvents,
  webhookEndpointCreate,
  webhookEndpointDelete,
} from './generated/sdk.gen.js'
import { verify } from './webhooks.js'

client.setConfig({ baseUrl: process.env.KINORA_URL!, auth: process.env.KINORA_KEY!, throwOnError: true })

// Keeps each message; whoever does more than that answers too late one day.
type Message = { headers: IncomingHttpHeaders; body: Buffer }
let keep!: (message: Message) => void
const received = new Promise<Message>((resolve) => { keep = resolve })
const receiver = createServer(async (request, answer) => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  keep({ headers: request.headers, body: Buffer.concat(parts) })
  answer.writeHead(204).end()
})
await new Promise<void>((ready) => receiver.listen(0, '127.0.0.1', ready))
const { port } = receiver.address() as AddressInfo
const { data: endpoint } = await webhookEndpointCreate({
  body: { name: 'example', url: `http://127.0.0.1:${port}/kinora`, event_types: ['video.completed'] },
  throwOnError: true,
})

const { data: video } = await videoCreate({
  body: { prompt: 'A red ball bounces on the grass.', seed: 7 },
  throwOnError: true,
})
assert.ok(video.object === 'video' && 'id' in video) // with `dry_run` it would be an estimate
console.log('asked for', video.id)

let last = ''
const { stream } = await videoEvents({
  path: { video_id: video.id },
  onSseEvent: ({ event, data }) => {
    // A comment, which keeps the connection open, comes here without data.
    if (data === undefined) return
    last = event ?? ''
    const state = data as { status?: string; progress?: number }
    console.log(event, state.status, state.progress)
  },
})
for await (const state of stream) {
  // The server ends the stream after it; so does whoever reads it, for a client that would ask again.
  if (last === 'done' || last === 'deleted') {
    assert.equal((state as { status?: string }).status, 'completed')
    break
  }
}
assert.equal(last, 'done')

const { headers, body } = await received
const event = verify(endpoint.signing_secret, headers, body)
assert.equal(event.type, 'video.completed')
assert.equal(event.data.id, video.id)
assert.throws(() => verify(endpoint.signing_secret, headers, Buffer.concat([body, Buffer.from(' ')])))
console.log('webhook', event.id, event.type)

const { data: clip } = await videoContent({
  path: { video_id: video.id },
  query: { variant: 'video' },
  parseAs: 'blob',
  throwOnError: true,
})
const path = join(process.env.OUT ?? '.', 'typescript.mp4')
writeFileSync(path, Buffer.from(await (clip as Blob).arrayBuffer()))
console.log('wrote', path, (clip as Blob).size, 'bytes')

const { data: receipt } = await receiptGet({ path: { video_id: video.id }, throwOnError: true })
for (const line of receipt.payload.lines) {
  console.log(`${line.quantity} × ${line.component} at $${line.unit}: $${line.amount}`)
}
console.log('total', receipt.payload.total, receipt.payload.currency)

await webhookEndpointDelete({ path: { webhook_endpoint_id: endpoint.id }, throwOnError: true })
receiver.close()
