// The official Node SDK makes characters and new clips from clips: `node official_clips.mjs BASE_URL API_KEY OPERATOR_KEY`.
import assert from 'node:assert/strict'
import { deflateSync, crc32 } from 'node:zlib'
import OpenAI, { toFile } from 'openai'
import { VERSION } from 'openai/version'

const [baseURL, apiKey, operatorKey] = process.argv.slice(2)
const client = new OpenAI({ baseURL, apiKey })
const prompt = 'a red ball bounces on the grass'

const done = async (video) => {
  while (video.status === 'queued' || video.status === 'in_progress') {
    const { data, response } = await client.videos.retrieve(video.id).withResponse()
    video = data
    const wait = Number(response.headers.get('openai-poll-after-ms') ?? 0)
    await new Promise((go) => setTimeout(go, wait))
  }
  assert.equal(video.status, 'completed', JSON.stringify(video))
  return video
}
const refused = async (kind, call, code, param) => {
  const error = await call().then(() => assert.fail(`${code} was not refused`), (error) => error)
  assert.ok(error instanceof kind, String(error))
  assert.deepEqual([error.code, error.param], [code, param], error.message)
  return error
}
// A plain picture of that size.
const png = (width, height) => {
  const chunk = (kind, body) => {
    const named = Buffer.concat([Buffer.from(kind, 'latin1'), body])
    const out = Buffer.alloc(named.length + 8)
    out.writeUInt32BE(body.length, 0)
    named.copy(out, 4)
    out.writeUInt32BE(crc32(named), named.length + 4)
    return out
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, Buffer.from([40, 40, 200]))])
  const rows = deflateSync(Buffer.concat(Array(height).fill(row)))
  const mark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([mark, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))])
}
const { BadRequestError, NotFoundError } = OpenAI

const source = await done(await client.videos.create({ prompt, size: '1280x720', seconds: '4' }))
const clip = Buffer.from(await (await client.videos.downloadContent(source.id)).arrayBuffer())

const remixed = await done(await client.videos.remix(source.id, { prompt: 'a blue ball bounces on the grass' }))
assert.equal(remixed.remixed_from_video_id, source.id)
console.log('remix', remixed.id)

const edited = await done(await client.videos.edit({ prompt: 'a green ball', video: { id: source.id } }))
const longer = await done(await client.videos.extend({ prompt, seconds: '8', video: { id: source.id } }))
assert.deepEqual([edited.seconds, longer.seconds], ['4', '12'])
const lineage = await client.get(`/videos/${longer.id}/lineage`)
assert.deepEqual(lineage.parents.map((each) => each.id), [source.id])
console.log('edit by id', edited.id, 'extend by id to', longer.seconds, 's')

const file = () => toFile(clip, 'clip.mp4', { type: 'video/mp4' })
const uploaded = await done(await client.videos.edit({ prompt: 'a green ball', video: await file(), model: 'sora-2' }))
assert.equal(uploaded.seconds, '4')
console.log('edit of an upload', uploaded.id)

const picture = png(1280, 720)
const data = `data:image/png;base64,${picture.toString('base64')}`
const kept = await client.files.create({ file: await toFile(picture, 'first.png', { type: 'image/png' }), purpose: 'vision' })
for (const input_reference of [await toFile(picture, 'first.png', { type: 'image/png' }), { image_url: data }, { file_id: kept.id }]) {
  await done(await client.videos.create({ prompt, size: '1280x720', input_reference }))
}
const wrong = await refused(BadRequestError, () => client.videos.create({ prompt, size: '720x1280', input_reference: { image_url: data } }), null, null)
assert.match(wrong.message, /Inpaint image must match the requested width and height/)
console.log('input_reference as a file, a data URL and a file id')

const character = await client.videos.createCharacter({ name: 'Mossy', video: await file(), kind: 'object' })
const found = await client.videos.getCharacter(character.id)
assert.deepEqual([found.id, found.name, found.kind], [character.id, 'Mossy', 'object'])
if (found.status === 'unverified') {
  const answer = await fetch(`${baseURL}/operator/characters/${character.id}/approve`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
    body: '{}',
  })
  assert.equal(answer.status, 200, await answer.text())
}
const cast = { characters: [{ id: character.id }] }
const cameo = await done(await client.videos.create({ prompt: 'Mossy bounces on the grass', ...cast }))
assert.deepEqual(cameo.characters.map((each) => each.id), [character.id])
const denied = await refused(
  BadRequestError, () => client.videos.create({ prompt: 'Mossy', characters: [{ id: 'char_none' }] }), 'cameo_permission_denied', null)
assert.match(denied.message, /You are not allowed to access one or more mentioned cameos\./)
await refused(NotFoundError, () => client.videos.getCharacter('char_none'), 'not_found', null)
console.log('createCharacter, getCharacter and a clip with it', cameo.id)

console.log('the official Node SDK', VERSION, 'makes new clips from clips')
