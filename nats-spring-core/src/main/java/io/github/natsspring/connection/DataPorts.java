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

package io.github.natsspring.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.Options;
import io.nats.client.impl.SocketDataPort;
import io.nats.client.impl.SocketDataPortWithWriteTimeout;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of jnats, with {@link InboundFrames} between them and jnats' reader, and a
 * {@link WriteGate} between them and its writer. jnats makes one for each attempt to
 * connect, by the name of the class, for which it has to be public.
 */
final class DataPorts {

	private static final Log logger = LogFactory.getLog(DataPorts.class);

	private static final long PERIOD = Duration.ofMinutes(1).toNanos();

	private static final Set<String> OURS = Set.of(Plain.class.getName(), WithWriteTimeout.class.getName());

	private DataPorts() {
	}

	/**
	 * Use them, unless the options name a data port of their own.
	 * @param builder where the type is set
	 * @param options what was built of it
	 */
	static void use(Options.Builder builder, Options options) {
		String type = options.getDataPortType();
		if (Options.DEFAULT_DATA_PORT_TYPE.equals(type) || OURS.contains(type)) {
			// jnats distinguishes them by this only where the type is its own
			builder.dataPortType((options.getSocketWriteTimeout() != null) ? WithWriteTimeout.class.getName()
					: Plain.class.getName());
		}
	}

	/**
	 * A socket without a limit for writes.
	 */
	public static final class Plain extends SocketDataPort {

		private final InboundFrames frames = new InboundFrames(super::read, new Repairs());

		private final Gate gate = new Gate();

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			return this.frames.read(target, offset, length);
		}

		@Override
		public void write(byte[] source, int length) throws IOException {
			this.gate.pass(this.connection);
			super.write(source, length);
		}

	}

	/**
	 * A socket with a limit for writes.
	 */
	public static final class WithWriteTimeout extends SocketDataPortWithWriteTimeout {

		private final InboundFrames frames = new InboundFrames(super::read, new Repairs());

		private final Gate gate = new Gate();

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			return this.frames.read(target, offset, length);
		}

		@Override
		public void write(byte[] source, int length) throws IOException {
			this.gate.pass(this.connection);
			super.write(source, length);
		}

	}

	/**
	 * The gate of the connection that a socket is for, which the socket is told late.
	 */
	private static final class Gate {

		private @Nullable WriteGate gate;

		void pass(Connection connection) {
			WriteGate gate = this.gate;
			if (gate == null) {
				gate = WriteGate.of(connection);
				this.gate = gate;
			}
			gate.pass();
		}

	}

	/**
	 * Logs the first repair of a connection, and then at most one a minute.
	 */
	private static final class Repairs implements Consumer<String> {

		private long next = System.nanoTime();

		private long count;

		@Override
		public void accept(String subject) {
			this.count++;
			long now = System.nanoTime();
			if (now - this.next >= 0) {
				this.next = now + PERIOD;
				logger.warn(
						"A message to '%s' has headers that jnats cannot read; what it cannot read was replaced (%d of this connection so far)"
							.formatted(subject, this.count));
			}
		}

	}

}
