/*
 * The server function of OpenNext, put together as its `createMainHandler` does: its own wrapper, the default one, which answers pings,
 * and its own converter for REST APIs (the one for function URLs reads what Next.js has built). In the place of Next.js stands one page.
 */
import { generateUniqueId } from '@opennextjs/aws/adapters/util.js';
import converter from '@opennextjs/aws/overrides/converters/aws-apigw-v1.js';
import lambda from '@opennextjs/aws/overrides/wrappers/aws-lambda.js';

globalThis.serverId = generateUniqueId();

const page = async ({ rawPath }) => ({
  type: 'core', statusCode: 200, headers: {}, body: new Blob([`This is ${rawPath}`]).stream(), isBase64Encoded: false,
});

export const handler = await lambda.wrapper(page, converter);
