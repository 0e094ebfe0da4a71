"""A vision model on loopback that takes a while: ``python loopback_model.py SECONDS``.

Prints its address on the first line, serves until standard input closes, and then prints how
many requests it answered. A process of its own, so that its work is not counted as ours.
"""

from __future__ import annotations

import asyncio
import json
import sys

_ANSWER = {
    "tags": [
        {"label": label, "confidence": 0.9, "kind": "object", "synonyms": []}
        for label in ("cat", "coffee", "beach", "car", "tree", "dog", "house", "flower")
    ],
    "caption": "A picture.",
    "alt_text": "A picture.",
}
_COMPLETION = json.dumps(
    {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "loopback",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "logprobs": None,
                "message": {
                    "role": "assistant",
                    "content": json.dumps(_ANSWER),
                    "refusal": None,
                },
            }
        ],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
    }
).encode()


async def main(seconds: float) -> None:
    """Serve until standard input closes."""
    answered = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal answered
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length")
                )
                await reader.readexactly(length)
                over = asyncio.get_running_loop().create_future()
                asyncio.get_running_loop().call_later(seconds, over.set_result, None)
                await over
                answered += 1
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    b"Content-Length: %d\r\n\r\n%s" % (len(_COMPLETION), _COMPLETION)
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**20, backlog=256)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    print(answered, flush=True)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
