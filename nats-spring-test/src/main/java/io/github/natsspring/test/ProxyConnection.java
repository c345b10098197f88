/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.natsspring.test;

import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A connection through a proxy. Each direction has a thread that reads and one that
 * writes, so that a delay does not slow down the flow.
 */
final class ProxyConnection {

	private static final int CHUNK = 8 * 1024;

	// With the chunks the bound on what is under way: 2 MB in each direction
	private static final int CHUNKS = 256;

	private final Socket client;

	private final Socket server;

	private final ProxyGate gate;

	private final Consumer<ProxyConnection> onEnd;

	private final List<Thread> threads;

	private final AtomicInteger openDirections = new AtomicInteger(2);

	private final AtomicBoolean closed = new AtomicBoolean();

	ProxyConnection(Socket client, Socket server, ProxyGate gate, Consumer<ProxyConnection> onEnd) {
		this.client = client;
		this.server = server;
		this.gate = gate;
		this.onEnd = onEnd;
		BlockingQueue<Chunk> toServer = new ArrayBlockingQueue<>(CHUNKS);
		BlockingQueue<Chunk> toClient = new ArrayBlockingQueue<>(CHUNKS);
		this.threads = List.of(thread("read-client", () -> read(client, toServer)),
				thread("write-server", () -> write(toServer, server, TcpProxy.Direction.TO_SERVER)),
				thread("read-server", () -> read(server, toClient)),
				thread("write-client", () -> write(toClient, client, TcpProxy.Direction.TO_CLIENT)));
	}

	private Thread thread(String role, Work work) {
		Thread thread = new Thread(() -> {
			try {
				work.run();
			}
			catch (IOException | InterruptedException ex) {
				close();
			}
		}, TcpProxy.THREADS + this.client.getLocalPort() + "-" + role);
		thread.setDaemon(true);
		return thread;
	}

	void start() {
		this.threads.forEach(Thread::start);
		if (this.closed.get()) {
			// An interrupt before the start of a thread is lost
			this.threads.forEach(Thread::interrupt);
		}
	}

	private void read(Socket from, BlockingQueue<Chunk> queue) throws InterruptedException {
		byte[] buffer = new byte[CHUNK];
		try {
			int length = from.getInputStream().read(buffer);
			while (length >= 0) {
				queue.put(new Chunk(Arrays.copyOf(buffer, length), System.nanoTime()));
				length = from.getInputStream().read(buffer);
			}
		}
		catch (IOException ex) {
			// Told to the other side like an orderly end: through the gate, since nobody
			// learns of a reset over a stalled network
		}
		queue.put(new Chunk(new byte[0], System.nanoTime()));
	}

	private void write(BlockingQueue<Chunk> queue, Socket to, TcpProxy.Direction direction)
			throws IOException, InterruptedException {
		while (true) {
			Chunk chunk = queue.take();
			this.gate.await(direction, chunk.readAt());
			if (chunk.bytes().length == 0) {
				to.shutdownOutput();
				if (this.openDirections.decrementAndGet() == 0) {
					close(false);
				}
				return;
			}
			to.getOutputStream().write(chunk.bytes());
		}
	}

	/**
	 * End the connection at both sides by a reset; what is under way is lost.
	 */
	void close() {
		close(true);
	}

	private void close(boolean reset) {
		if (this.closed.compareAndSet(false, true)) {
			close(this.client, reset);
			close(this.server, reset);
			this.threads.forEach(Thread::interrupt);
			this.onEnd.accept(this);
		}
	}

	private static void close(Socket socket, boolean reset) {
		try (socket) {
			if (reset) {
				socket.setSoLinger(true, 0);
			}
		}
		catch (IOException ex) {
			// Closed already
		}
	}

	List<Thread> threads() {
		return this.threads;
	}

	private record Chunk(byte[] bytes, long readAt) {
	}

	/**
	 * What a thread does.
	 */
	private interface Work {

		void run() throws IOException, InterruptedException;

	}

}
