Object.defineProperty(exports, 'getter', { enumerable: true, get: () => async (event) => ({ event, by: 'getter' }) });

class Service {
  constructor() {
    this.greeting = 'hello';
  }

  async handle(event) {
    return { event, greeting: this.greeting };
  }
}
const service = new Service();
exports.bound = service.handle.bind(service);

exports.self = async function (event) {
  return { event, self: typeof this };
};

exports.proxied = new Proxy(async (event) => ({ event, by: 'proxy' }), {});

exports.defaults = async (event = {}, context) => ({ event, id: context.awsRequestId });
