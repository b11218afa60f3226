export * from './fan-out/dispatcher-options';
export * from './fan-out/fan-out';
export * from './lambda-warmer';
export * from './payload/warming-payload';
export * from './schedule/schedule-engine';
export * from './schedule/warming-schedule';
export * from './short-circuit/short-circuit';
