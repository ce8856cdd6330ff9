import { defineConfig } from '@hey-api/openapi-ts'

export default defineConfig({
  input: '../../openapi/openapi.json',
  // Node finds modules by their whole name.
  output: { path: 'src/generated', importFileExtension: '.js' },
})
