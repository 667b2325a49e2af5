import json, os, pika, traceback

queue = "statistics"  # a name of your own: what you have not handled yet is kept under it
connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://localhost")))
channel = connection.channel()
channel.exchange_declare("contacts.events", "topic", durable=True)
channel.exchange_declare("contacts.dead-letters", "direct", durable=True)
channel.queue_declare(f"{queue}.dead-letters", durable=True, arguments={
    "x-queue-type": "quorum", "x-delivery-limit": 1_000_000_000, "x-message-ttl": 604_800_000})
channel.queue_bind(f"{queue}.dead-letters", "contacts.dead-letters", queue)
channel.queue_declare(queue, durable=True, arguments={
    "x-queue-type": "quorum", "x-delivery-limit": 20, "x-overflow": "reject-publish",
    "x-dead-letter-exchange": "contacts.dead-letters", "x-dead-letter-routing-key": queue,
    "x-dead-letter-strategy": "at-least-once"})
for event_type in ["contact.created.v1", "contact.updated.v1", "contact.deleted.v1"]:
    channel.queue_bind(queue, "contacts.events", event_type)
channel.basic_qos(prefetch_count=10)
for method, _, body in channel.consume(queue):
    try:
        event = json.loads(body)
        if event["type"] == "contact.deleted.v1":
            print("erase", event["subject"], flush=True)
        else:  # Keep each value with its stamp; a value that comes with an earlier stamp is an old one.
            print("keep", event["subject"], json.dumps(event["data"]), flush=True)
        channel.basic_ack(method.delivery_tag)
    except Exception:
        traceback.print_exc()
        connection.sleep(1)  # A second try; after that it is a dead letter.
        channel.basic_reject(method.delivery_tag, requeue=not method.redelivered)
