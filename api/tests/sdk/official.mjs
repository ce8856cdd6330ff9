// The official Node SDK against a served Kinora: `node official.mjs BASE_URL API_KEY`.
import assert from 'node:assert/strict'
import OpenAI from 'openai'
import { VERSION } from 'openai/version'

const [baseURL, apiKey] = process.argv.slice(2)
const client = new OpenAI({ baseURL, apiKey })
const prompt = 'a red ball bounces on the grass'

let video = await client.videos.create({ model: 'sora-2', prompt, seconds: '4', size: '1280x720' })
assert.equal(video.status, 'queued')
while (video.status === 'queued' || video.status === 'in_progress') {
  const { data, response } = await client.videos.retrieve(video.id).withResponse()
  video = data
  const wait = Number(response.headers.get('openai-poll-after-ms') ?? 0)
  await new Promise((done) => setTimeout(done, wait))
}
assert.equal(video.status, 'completed')
assert.equal(video.progress, 100)
console.log('create and poll', video.id)

const magic = { video: [4, 'ftyp'], thumbnail: [8, 'WEBP'], spritesheet: [0, '\xff\xd8\xff'] }
for (const [variant, [offset, mark]] of Object.entries(magic)) {
  const answer = await client.videos.downloadContent(video.id, { variant })
  const bytes = Buffer.from(await answer.arrayBuffer())
  assert.equal(bytes.toString('latin1', offset, offset + mark.length), mark)
  console.log('downloadContent', variant, bytes.length, 'bytes')
}

const before = []
for await (const item of client.videos.list()) before.push(item.id)
const made = []
for (let n = 0; n < 5; n += 1) made.push((await client.videos.create({ prompt: `${prompt} ${n}` })).id)
const listed = []
let pages = 0
for await (const page of (await client.videos.list({ limit: 2 })).iterPages()) {
  pages += 1
  listed.push(...page.data.map((item) => item.id))
  if (listed.length >= 6) break
}
assert.equal(pages, 3)
assert.deepEqual(listed.slice(0, 6), [...made.toReversed(), video.id])
assert.equal(before[0], video.id)
console.log('list', pages, 'pages')

const refused = await client.videos.create({ prompt, size: '1x1' }).catch((error) => error)
assert.ok(refused instanceof OpenAI.BadRequestError)
assert.equal(refused.param, 'size')
assert.ok(refused.requestID)
const reference = await client.videos
  .create({ prompt, input_reference: { image_url: 'https://example.com/a.png' } })
  .catch((error) => error)
assert.ok(reference instanceof OpenAI.BadRequestError)
assert.equal(reference.param, 'input_reference')

const deleted = await client.videos.delete(video.id)
assert.deepEqual(deleted, { id: video.id, object: 'video.deleted', deleted: true })
assert.ok((await client.videos.retrieve(video.id).catch((error) => error)) instanceof OpenAI.NotFoundError)
console.log('delete', deleted.id)

for (const id of made) await client.post(`/videos/${id}/cancel`)
console.log('the official Node SDK', VERSION, 'is content')
