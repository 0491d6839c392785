"""Small poll: everybody has one vote, and nobody is asked who they are."""

import os
from collections import Counter

from flask import Flask, abort, render_template

app = Flask(__name__)
votes = Counter({"tea": 0, "coffee": 0})


@app.route("/")
def index():
    return render_template("index.html", votes=votes)


@app.post("/vote/<choice>")
def vote(choice):
    if choice not in votes:
        abort(404)
    votes[choice] += 1
    return {"votes": votes[choice]}, 201


@app.get("/healthz")
def healthz():
    return "ok"


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("PORT", "5000")), debug=True)
