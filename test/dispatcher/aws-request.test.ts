import { freshVariables } from './ticks';
import { endpointOf } from '../../src/dispatcher/aws-request';

beforeEach(freshVariables);

describe.each(['lambda', 'ssm'])('the endpoint of %s is', (service) => {
  const [own, other] = service === 'lambda' ? ['LAMBDA', 'SSM'] : ['SSM', 'LAMBDA'];
  const [ofService, ofOther, ofAll, empty] = [
    { [`AWS_ENDPOINT_URL_${own}`]: 'http://own.test' }, { [`AWS_ENDPOINT_URL_${other}`]: 'http://other.test' }, { AWS_ENDPOINT_URL: 'http://all.test' },
    { [`AWS_ENDPOINT_URL_${own}`]: '' },
  ];
  const ofNobody = `https://${service}.eu-west-1.amazonaws.com`;

  test.each<[string, string, { readonly [name: string]: string }]>([
    ['the public one', ofNobody, {}],
    ['that of all services', 'http://all.test', ofAll],
    ['its own', 'http://own.test', ofService],
    ['its own before that of all services', 'http://own.test', { ...ofAll, ...ofService }],
    ['that of all services, if its own is empty', 'http://all.test', { ...ofAll, ...empty }],
    ['the public one, if all others are empty', ofNobody, { AWS_ENDPOINT_URL: '', ...empty }],
    ['its own, if that of all services is empty', 'http://own.test', { AWS_ENDPOINT_URL: '', ...ofService }],
    ['not that of another service', ofNobody, ofOther],
  ])('%s', (_what, endpoint, variables) => {
    Object.assign(process.env, variables);
    expect(endpointOf(service, 'eu-west-1.amazonaws.com')).toBe(endpoint);
  });

  test.each(['cn-north-1.amazonaws.com.cn', 'eusc-de-east-1.amazonaws.eu'])('in the domain of its partition: %s', (domain) => {
    expect(endpointOf(service, domain)).toBe(`https://${service}.${domain}`);
  });
});
