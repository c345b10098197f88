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

package io.github.natsspring.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import io.github.natsspring.test.SeenFile;
import io.nats.client.Message;

/**
 * Works for a while and writes down that it has, before the message is settled.
 */
final class RecordingHandler implements Handler {

	private final SeenFile seen;

	private final SeenFile begun;

	private final long takes;

	private final String fatal;

	RecordingHandler(Path file, Duration takes, String fatal) {
		this.seen = SeenFile.appendTo(file);
		this.begun = SeenFile.appendTo(file.resolveSibling(file.getFileName() + ".begun"));
		this.takes = takes.toNanos();
		this.fatal = fatal;
	}

	@Override
	public void handle(Message message) {
		String id = Payloads.id(message);
		this.begun.append(id);
		if (id.equals(this.fatal)) {
			Runtime.getRuntime().halt(7);
		}
		long end = System.nanoTime() + this.takes;
		for (long left = this.takes; left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
		this.seen.append(id);
	}

}
