import { setTimeout as sleep } from 'node:timers/promises';
import type { BrokerControl } from '@kontakt/testing';
import { relaySteps, type RelayStep } from './relay-steps.ts';
import type { Random } from './random.ts';
import type { Instance, System } from './start-system.ts';
import type { TcpProxy } from './tcp-proxy.ts';

/** Something that goes wrong with something. */
interface Fault {
  /** Two faults with one target are never there at once. */
  target: string;
  /** Resolves when all is as it was. */
  inject: () => Promise<void>;
}

export interface Scene {
  system: System;
  broker: BrokerControl;
}

type Make = (random: Random, scene: Scene) => Fault;

/** A relay works within milliseconds of a write, and there are always some; but the broker may be away just now. */
const stepTimeoutMs = 45_000;
/** What is written through one instance the other's relay seldom gets to see. */
const turnMs = 5_000;
/** Longer than a claim of the outbox is good for (15 s). */
const longPauseMs = 17_000;

/** Kind of fault → how to make one. The long ones take the place of a second. */
export const faultKinds = {
  'kill a service': onInstance(({ process }) => {
    process.kill();
    return Promise.resolve();
  }),
  'kill the gateway': (_random, { system }) => ({
    target: 'gateway',
    inject: () => {
      system.gateway.kill();
      return Promise.resolve();
    },
  }),
  'kill after claim': onInstance((instance) => killAt('after claim', instance)),
  'kill after publish': onInstance((instance) => killAt('after publish', instance)),
  'kill after confirm': onInstance((instance) => killAt('after confirm', instance)),
  'kill before delete': onInstance((instance) => killAt('before delete', instance)),
  'pause a service': onInstance(({ process }) => during(2_000, process.pause, process.resume)),
  'pause a service for longer than a lease': onInstance(({ process }) =>
    during(longPauseMs, process.pause, process.resume),
  ),
  'cut the way to a service': onWay('to a service', cut),
  'cut the way to a database': onWay('to a database', cut),
  'cut the way to the broker': onWay('to the broker', cut),
  'slow the way to a service': onWay('to a service', slow),
  'slow the way to a database': onWay('to a database', slow),
  'slow the way to the broker': onWay('to the broker', slow),
  'hold the way to a service': onWay('to a service', hold),
  'hold the way to a database': onWay('to a database', hold),
  'hold the way to the broker': onWay('to the broker', hold),
  'close the connections at the broker': onBroker(async ({ ctl }) => {
    await ctl('close_all_connections', 'chaos');
  }),
  'stop the broker': onBroker(async ({ stop, start }) => {
    await stop();
    await sleep(1_000);
    await start();
  }),
  'crash the broker': onBroker(async ({ crash, stop, start }) => {
    if (crash) return crash();
    await stop();
    await start();
  }),
  'restart the database': onPostgres((postgres) => postgres.restart()),
  'crash the database': onPostgres((postgres) => postgres.crash()),
} satisfies Record<string, Make>;

export type FaultKind = keyof typeof faultKinds;

function onInstance(disturb: (instance: Instance) => Promise<void>): Make {
  return (random, { system }) => {
    const instance = random.pick(system.instances);
    return { target: instance.process.name, inject: () => disturb(instance) };
  };
}

function onWay(kind: keyof System['ways'], disturb: (way: TcpProxy) => Promise<void>): Make {
  return (random, { system }) => {
    const way = random.pick(system.ways[kind]);
    return { target: `the way through port ${way.port}`, inject: () => disturb(way) };
  };
}

function onBroker(disturb: (broker: BrokerControl) => Promise<void>): Make {
  return (_random, { broker }) => ({ target: 'broker', inject: () => disturb(broker) });
}

function onPostgres(disturb: (postgres: System['postgres']) => Promise<void>): Make {
  return (_random, { system }) => ({ target: 'database', inject: () => disturb(system.postgres) });
}

function cut(way: TcpProxy): Promise<void> {
  way.cut();
  return Promise.resolve();
}

function slow(way: TcpProxy): Promise<void> {
  const delay = (ms: number) => () => {
    way.delay(ms);
  };
  return during(3_000, delay(150), delay(0));
}

function hold(way: TcpProxy): Promise<void> {
  return during(4_000, way.hold, way.release);
}

async function during(ms: number, begin: () => void, end: () => void): Promise<void> {
  begin();
  await sleep(ms);
  end();
}

async function killAt(step: RelayStep, instance: Instance): Promise<void> {
  const { way, ...sight } = relaySteps[step];
  const killed: PromiseWithResolvers<void> = Promise.withResolvers();
  const unwatch = instance[way].watch(sight, () => {
    instance.process.kill();
    killed.resolve();
  });
  const late = setTimeout(() => {
    killed.reject(new Error(`${instance.process.name} did not come to the step "${step}"`));
  }, stepTimeoutMs);
  // Kept connections may all lead to the other instance, and stay with it: new ones come in turn.
  const turning = setInterval(() => {
    instance.toService.cut();
  }, turnMs);
  try {
    await killed.promise;
  } finally {
    clearTimeout(late);
    clearInterval(turning);
    unwatch();
  }
}
