"""Letters wait in a queue until somebody asks for them."""

import os

import pika
from flask import Flask, jsonify, request

app = Flask(__name__)


def channel():
    connection = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"]))
    letters = connection.channel()
    letters.queue_declare("letters", durable=True)
    return letters


@app.post("/letters")
def post():
    letters = channel()
    letters.basic_publish("", "letters", request.get_json()["text"], pika.BasicProperties(delivery_mode=2))
    letters.connection.close()
    return jsonify(posted=request.get_json()["text"]), 201


@app.get("/letters")
def fetch():
    letters = channel()
    method, _, body = letters.basic_get("letters", auto_ack=True)
    letters.connection.close()
    return jsonify(letter=body.decode() if method else None)


@app.get("/healthz")
def healthz():
    channel().connection.close()
    return "ok"
