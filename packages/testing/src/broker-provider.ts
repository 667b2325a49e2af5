import { connect } from 'amqplib';
import { dockerProblem } from './docker.ts';
import { createLocalRabbit, localRabbitProblem } from './local-rabbitmq.ts';

/** A RabbitMQ for tests. */
export interface Broker {
  url: string;
  /** Where it comes from, and why not from elsewhere. */
  description: string;
  /** What one may do to it; a broker that was given is others', too, and nothing is done to it. */
  control?: BrokerControl;
  /** Ends it, if it was started for this. */
  close: () => Promise<void>;
}

export interface BrokerControl {
  /** Lets it forget its clients, and none come in, until it is started again. It keeps its messages. */
  stop: () => Promise<void>;
  start: () => Promise<void>;
  /** Ends it without warning and starts it again; only a local one can do that. */
  crash?: () => Promise<void>;
  /** Runs rabbitmqctl, and answers what it prints. */
  ctl: (...args: string[]) => Promise<string>;
}

export interface NoBroker {
  /** What is missing, and why. */
  missing: string;
}

const image = 'rabbitmq:4';

/**
 * Finds a RabbitMQ for the tests of one file: the one that TEST_AMQP_URL names, else a container, else a node of our own
 * from the machine's installation, which takes about four seconds to start.
 */
export async function startBroker(env: NodeJS.ProcessEnv = process.env): Promise<Broker | NoBroker> {
  const given = env.TEST_AMQP_URL;
  if (given !== undefined && given !== '')
    return { url: given, description: 'TEST_AMQP_URL', close: () => Promise.resolve() };

  const noDocker = await dockerProblem(env);
  if (noDocker !== undefined) return startLocal(noDocker);
  try {
    return await startContainer();
  } catch (error) {
    const [reason = ''] = String(error).split('\n', 1);
    return startLocal(`a container of ${image} could not be started: ${reason}`);
  }
}

async function startContainer(): Promise<Broker> {
  // Loading it takes half a second, which is saved where there is no Docker.
  const { RabbitMQContainer } = await import('@testcontainers/rabbitmq');
  const container = await new RabbitMQContainer(image).start();
  const ctl = async (...args: string[]): Promise<string> => {
    const { exitCode, output } = await container.exec(['rabbitmqctl', '--quiet', ...args]);
    if (exitCode !== 0) throw new Error(`rabbitmqctl ${args.join(' ')}: ${output}`);
    return output;
  };
  return {
    url: container.getAmqpUrl(),
    description: `RabbitMQ ${await versionOf(container.getAmqpUrl())}, testcontainers`,
    control: { ...stopAndStart(ctl), ctl },
    close: async () => {
      await container.stop();
    },
  };
}

async function startLocal(noContainer: string): Promise<Broker | NoBroker> {
  const problem = localRabbitProblem();
  if (problem !== undefined) return { missing: `RabbitMQ: TEST_AMQP_URL is not set, ${noContainer}, and ${problem}` };

  const node = await createLocalRabbit();
  await node.start();
  return {
    url: node.url,
    description: `RabbitMQ ${await versionOf(node.url)}, local (passed over: testcontainers, since ${noContainer})`,
    control: {
      ...stopAndStart(node.ctl),
      ctl: node.ctl,
      async crash() {
        await node.kill();
        await node.start();
      },
    },
    close: node.remove,
  };
}

/** As the broker introduces itself: to ask rabbitmqctl takes a second. */
async function versionOf(url: string): Promise<string> {
  const model = await connect(url);
  const { version } = model.connection.serverProperties;
  await model.close();
  return version;
}

/** The broker alone, without the virtual machine in which it runs: that saves most of the time. */
function stopAndStart(ctl: BrokerControl['ctl']): Pick<BrokerControl, 'stop' | 'start'> {
  return {
    stop: async () => {
      await ctl('stop_app');
    },
    start: async () => {
      await ctl('start_app');
    },
  };
}
