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

package io.github.natsspring.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client of a NATS server that sends what jnats refuses to.
 */
public final class RawClient implements AutoCloseable {

	private final Socket socket;

	private final InputStream in;

	private final OutputStream out;

	public RawClient(int port) throws IOException {
		this.socket = new Socket("localhost", port);
		this.socket.setSoTimeout(10_000);
		this.in = this.socket.getInputStream();
		this.out = this.socket.getOutputStream();
		send("CONNECT {\"headers\":true,\"verbose\":false}\r\n".getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Publish a message with a header block, as it is.
	 */
	public void publish(String subject, String headers, byte[] payload) throws IOException {
		byte[] block = headers.getBytes(StandardCharsets.UTF_8);
		ByteArrayOutputStream message = new ByteArrayOutputStream();
		message.writeBytes("HPUB %s %d %d\r\n".formatted(subject, block.length, block.length + payload.length)
			.getBytes(StandardCharsets.UTF_8));
		message.writeBytes(block);
		message.writeBytes(payload);
		message.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
		send(message.toByteArray());
	}

	/**
	 * Publish a message without headers.
	 */
	public void publish(String subject, byte[] payload) throws IOException {
		ByteArrayOutputStream message = new ByteArrayOutputStream();
		message.writeBytes("PUB %s %d\r\n".formatted(subject, payload.length).getBytes(StandardCharsets.UTF_8));
		message.writeBytes(payload);
		message.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
		send(message.toByteArray());
	}

	/**
	 * Wait until the server has taken what was sent.
	 */
	public void flush() throws IOException {
		send("PING\r\n".getBytes(StandardCharsets.UTF_8));
		StringBuilder answer = new StringBuilder();
		while (answer.indexOf("PONG\r\n") < 0) {
			int character = this.in.read();
			assertThat(character).as(answer.toString()).isNotNegative();
			answer.append((char) character);
		}
		assertThat(answer).doesNotContain("-ERR");
	}

	private void send(byte[] bytes) throws IOException {
		this.out.write(bytes);
		this.out.flush();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
