await Promise.reject(Object.assign(new TypeError('cannot connect'), { code: 'ECONNREFUSED' }));
