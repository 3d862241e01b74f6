// Reads an AsyncAPI file and prints what the official parser has to say against it: nothing, when it is sound.
//   node asyncapi.mjs ../asyncapi.yaml
import { Parser, fromFile } from '@asyncapi/parser'

const file = process.argv[2]
const { document, diagnostics } = await fromFile(new Parser(), file).parse()
const bad = diagnostics.filter((d) => d.severity <= 1)
for (const d of bad) console.log(`${d.severity === 0 ? 'error' : 'warning'} ${d.path.join('.')}: ${d.message}`)
if (document) console.log(`${document.version()}: ${document.channels().length} channels, ${document.messages().length} messages`)
process.exit(document && bad.length === 0 ? 0 : 1)
