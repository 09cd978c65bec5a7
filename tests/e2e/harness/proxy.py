"""A proxy in front of servers, which can cut a connection at the worst moments: just before a
commit reaches the server, and after the server has done it but before the client hears of it. It can
also keep a commit back for a while, and hand it over although its client is gone meanwhile.

Everything else passes as it is. It speaks as much of both protocols as it takes to know a commit
and its answer: Kafka's EndTxn (api key 26), MariaDB's COM_QUERY "COMMIT".
"""

import asyncio
import contextlib
import threading
from collections import Counter

from .waiting import wait_until

CUT_BEFORE, CUT_AFTER, HELD = "before", "after", "held"
HELD_FOR = 8  # seconds
END_TXN = 26
COM_QUERY = 3
CLOSED = (asyncio.IncompleteReadError, OSError)


class KafkaFrames:
    """Size (4 bytes); of a request api key (2), version (2), correlation id (4); of an answer the
    correlation id."""

    @staticmethod
    async def read(reader):
        head = await reader.readexactly(4)
        return head + await reader.readexactly(int.from_bytes(head, "big"))

    @staticmethod
    def is_commit(request):
        return int.from_bytes(request[4:6], "big") == END_TXN

    @staticmethod
    def answers(answer, request):
        return answer[4:8] == request[8:12]


class MysqlFrames:
    """Size (3 bytes, little-endian), number (1), of a request the command. One request at a time."""

    @staticmethod
    async def read(reader):
        head = await reader.readexactly(4)
        return head + await reader.readexactly(int.from_bytes(head[:3], "little"))

    @staticmethod
    def is_commit(request):
        return request[3] == 0 and request[4:5] == bytes([COM_QUERY]) and (
            request[5:].strip().upper() == b"COMMIT")

    @staticmethod
    def answers(_answer, _request):
        return True


class Connection:
    """A client's, and the one to the server that belongs to it."""

    def __init__(self, proxy, client, server):
        self.proxy, self.client, self.server = proxy, client, server
        self.port = port_of(client[1])
        self.awaited = None  # a commit whose answer the client will not get
        self.held = False    # one is on its way to the server, with or without the client
        self.ended = False   # nobody reads answers any more

    async def run(self):
        tasks = [asyncio.create_task(part) for part in (self.requests(), self.answers())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            self.ended = True
            self.close()

    async def requests(self):
        frames = self.proxy.frames
        try:
            while True:
                request = await frames.read(self.client[0])
                cut = self.proxy.take_cut() if frames.is_commit(request) else None
                if cut == CUT_BEFORE:
                    return
                if cut == CUT_AFTER:
                    self.awaited = request
                if cut == HELD:
                    self.held = True
                    await asyncio.shield(asyncio.create_task(self.hold(request)))
                else:
                    self.server[1].write(request)
                    await self.server[1].drain()
        except CLOSED:
            pass

    async def hold(self, request):
        await asyncio.sleep(HELD_FOR)
        self.held = False
        with contextlib.suppress(*CLOSED):
            self.server[1].write(request)
            await self.server[1].drain()
            if self.ended:  # closing at once would take the request away again
                await self.proxy.frames.read(self.server[0])
                self.server[1].transport.abort()

    async def answers(self):
        frames = self.proxy.frames
        try:
            while True:
                answer = await frames.read(self.server[0])
                if self.awaited is not None and frames.answers(answer, self.awaited):
                    return
                self.client[1].write(answer)
                await self.client[1].drain()
        except CLOSED:
            pass

    def close(self):
        self.client[1].transport.abort()
        if not self.held:
            self.server[1].transport.abort()


def port_of(writer):
    """The client's."""
    return writer.get_extra_info("peername")[1]


class Proxy:
    """Listens on loopback, in a thread of its own. `routes`: {port to listen on: port of the
    server}; port 0 takes a free one. `ports` are those that it listens on."""

    def __init__(self, frames, routes):
        self.frames, self.routes = frames, routes
        self.ports, self.connections = [], set()
        self.refuses = lambda port: False  # clients that are not let in, by their port
        self.cuts = []           # what happens to the next commits
        self.done = Counter()    # cuts that have happened, by where
        self.listening = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True)
        self.thread.start()
        assert self.listening.wait(10), "the proxy does not listen"

    async def serve(self):
        self.loop, self.closed = asyncio.get_running_loop(), asyncio.Event()
        servers = []
        for port, to in self.routes.items():
            servers.append(await asyncio.start_server(
                lambda reader, writer, to=to: self.connected(reader, writer, to),
                "127.0.0.1", port, reuse_address=True))
            self.ports.append(servers[-1].sockets[0].getsockname()[1])
        self.listening.set()
        await self.closed.wait()
        for server in servers:
            server.close()

    async def connected(self, reader, writer, to):
        try:
            if self.refuses(port_of(writer)):
                raise ConnectionRefusedError
            server = await asyncio.open_connection("127.0.0.1", to)
        except OSError:
            writer.transport.abort()  # as the server would have refused it
            return
        connection = Connection(self, (reader, writer), server)
        self.connections.add(connection)
        try:
            await connection.run()
        finally:
            self.connections.discard(connection)

    def take_cut(self):
        """What is to happen to the commit that is here. The proxy's thread."""
        if not self.cuts:
            return None
        cut = self.cuts.pop(0)
        self.done[cut] += 1
        return cut

    # For the test.

    def cut(self, where, times=1, seconds=20):
        """This befalls the next commits; returns when it has, or has begun."""
        wanted = self.done[where] + times
        self.loop.call_soon_threadsafe(self.cuts.extend, [where] * times)
        wait_until(f"{times} commits were met ({where})",
                   lambda: self.done[where] >= wanted, seconds, 0.02)

    def cut_all(self, which=lambda port: True):
        """Those of the clients with such a port; new ones are let in. Returns how many."""
        cut = [one for one in list(self.connections) if which(one.port)]
        for connection in cut:
            self.loop.call_soon_threadsafe(connection.close)
        return len(cut)

    def cut_off(self, worker):
        """This worker's connections, and it gets no new ones until `let_in`."""
        self.refuses = lambda port: port in worker.ports()
        ports = worker.ports()
        return self.cut_all(lambda port: port in ports)

    def let_in(self):
        self.refuses = lambda port: False

    def close(self):
        self.cut_all()
        self.loop.call_soon_threadsafe(self.closed.set)
        self.thread.join(10)
