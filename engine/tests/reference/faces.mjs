// Writes the golden of `tests/faces`, `engine/tests/golden/faces.safetensors`: what face-api.js itself makes of
// `engine/tests/golden/astronaut.png`, a part of a portrait of Eileen Collins by NASA, in the public domain
// (`skimage.data.astronaut()[0:300, 60:360]` of PyPI's scikit-image, to 128 colours by Pillow's `quantize`).
//
// usage: npm install @vladmandic/face-api@1.7.15 @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0 pngjs@7.0.0
//        node faces.mjs GOLDEN_FOLDER         (from the folder with node_modules; seconds on one core)
//
// All F32. "Wide" is the picture's rows 40 to 239, so that it is not square and is padded.
//   detector [13, 13, 25]         the network's output for the whole picture at 416
//   boxes [n, 5]                  left, top, width, height in pixels and score, after suppression, threshold 0.5
//   wide_boxes [m, 5]             the same for the wide picture
//   crop [4]                      left, top, width, height of the first box, cut at the borders, whole pixels
//   landmarks [68, 2]             in pixels of the picture, from that crop
//   aligned [4]                   left, top, width, height of the square that the descriptor sees
//   descriptor [128]              of that square
//   upright [128]                 of the crop itself, which is not square
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';

const require = createRequire(path.join(process.cwd(), 'x.js'));
const tf = require('@tensorflow/tfjs');
const faceapi = require('@vladmandic/face-api/dist/face-api.node-wasm.js');
const { PNG } = require('pngjs');

const folder = process.argv[2];
const models = path.join(path.dirname(require.resolve('@vladmandic/face-api/dist/face-api.node-wasm.js')), '../model');
await tf.setBackend('cpu');
await tf.ready();
const { tinyFaceDetector, faceLandmark68Net, faceRecognitionNet } = faceapi.nets;
for (const net of [tinyFaceDetector, faceLandmark68Net, faceRecognitionNet]) await net.loadFromDisk(models);

const png = PNG.sync.read(fs.readFileSync(path.join(folder, 'astronaut.png')));
const rgb = Float32Array.from({ length: png.width * png.height * 3 }, (_, i) => png.data[Math.floor(i / 3) * 4 + (i % 3)]);
const picture = tf.tensor3d(rgb, [png.height, png.width, 3]);
const wide = picture.slice([40, 0, 0], [200, png.width, 3]);

const options = new faceapi.TinyFaceDetectorOptions({ inputSize: 416, scoreThreshold: 0.5 });
const boxes = async (input) => (await tinyFaceDetector.locateFaces(input, options))
  .map(({ box, score }) => [box.x, box.y, box.width, box.height, score]);
const cut = ({ x, y, width, height }) => picture.slice([y, x, 0], [height, width, 3]);

const detector = (await tinyFaceDetector.forward(picture, 416)).squeeze([0]);
const found = await boxes(picture);
const [x, y, width, height] = found[0];
const crop = new faceapi.Box({ x, y, width, height }).clipAtImageBorders(png.width, png.height);
const landmarks = (await faceLandmark68Net.detectLandmarks(cut(crop))).shiftBy(crop.x, crop.y);
const aligned = landmarks.align(null, { useDlibAlignment: true }).clipAtImageBorders(png.width, png.height);

const tensors = {
  detector: [detector.shape, await detector.data()],
  boxes: [[found.length, 5], found.flat()],
  crop: [[4], [crop.x, crop.y, crop.width, crop.height]],
  landmarks: [[68, 2], landmarks.positions.flatMap((point) => [point.x, point.y])],
  aligned: [[4], [aligned.x, aligned.y, aligned.width, aligned.height]],
  descriptor: [[128], await faceRecognitionNet.computeFaceDescriptor(cut(aligned))],
  upright: [[128], await faceRecognitionNet.computeFaceDescriptor(cut(crop))],
};
const found_wide = await boxes(wide);
tensors.wide_boxes = [[found_wide.length, 5], found_wide.flat()];

let end = 0;
const header = {};
for (const [name, [shape, numbers]] of Object.entries(tensors)) {
  header[name] = { dtype: 'F32', shape, data_offsets: [end, (end += 4 * numbers.length)] };
}
let json = JSON.stringify(header);
json += ' '.repeat((8 - (json.length % 8)) % 8);
const length = Buffer.alloc(8);
length.writeBigUInt64LE(BigInt(json.length));
const body = Object.values(tensors).map(([, numbers]) => Buffer.from(Float32Array.from(numbers).buffer));
fs.writeFileSync(path.join(folder, 'faces.safetensors'), Buffer.concat([length, Buffer.from(json), ...body]));
console.log(found, found_wide, crop, aligned, landmarks.positions[30], landmarks.positions[8]);
