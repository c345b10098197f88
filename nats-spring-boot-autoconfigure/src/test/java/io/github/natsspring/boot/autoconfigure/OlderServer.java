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

package io.github.natsspring.boot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Stands before a server and lets it say that it is an older one.
 */
final class OlderServer implements AutoCloseable {

	private final URI target;

	private final ServerSocket socket;

	private final Queue<Socket> connections = new ConcurrentLinkedQueue<>();

	OlderServer(String url) throws IOException {
		this.target = URI.create(url);
		this.socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
		thread(this::accept);
	}

	String url() {
		return "nats://127.0.0.1:" + this.socket.getLocalPort();
	}

	private void accept() throws IOException {
		while (true) {
			Socket near = this.socket.accept();
			Socket far = new Socket(this.target.getHost(), this.target.getPort());
			this.connections.addAll(List.of(near, far));
			thread(() -> near.getInputStream().transferTo(far.getOutputStream()));
			thread(() -> answer(far.getInputStream(), near.getOutputStream()));
		}
	}

	private void answer(InputStream in, OutputStream out) throws IOException {
		StringBuilder line = new StringBuilder();
		for (int next = in.read(); next != -1; next = in.read()) {
			line.append((char) next);
			if (next == '\n') {
				out.write(older(line.toString()).getBytes(StandardCharsets.ISO_8859_1));
				out.flush();
				line.setLength(0);
			}
		}
	}

	/**
	 * The server tells of itself when a connection is made, and may do so again.
	 */
	private String older(String line) {
		return line.startsWith("INFO ") ? line.replaceFirst("\"version\":\"[^\"]*\"", "\"version\":\"2.10.29\"") : line;
	}

	private void thread(Step step) {
		Thread thread = new Thread(() -> {
			try {
				step.run();
			}
			catch (IOException ex) {
				if (!this.socket.isClosed()) {
					throw new UncheckedIOException(ex);
				}
			}
		});
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
		for (Socket connection : this.connections) {
			connection.close();
		}
	}

	@FunctionalInterface
	private interface Step {

		void run() throws IOException;

	}

}
