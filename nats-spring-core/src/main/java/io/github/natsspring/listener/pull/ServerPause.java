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

package io.github.natsspring.listener.pull;

import java.io.IOException;
import java.time.Duration;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.ConsumerInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Finds out that a consumer is paused on the server: its pulls wait as if there were no
 * messages, so it is looked up now and then while none arrive.
 */
final class ServerPause {

	private static final Log logger = LogFactory.getLog(ServerPause.class);

	private static final Duration SHORTEST = Duration.ofSeconds(4);

	private static final Duration LONGEST = Duration.ofSeconds(30);

	private static final String FIRST_VERSION = "2.11.0";

	private final PullAttachment attachment;

	private final PullContainerSettings settings;

	private final ContainerState state;

	private final SerialTasks tasks;

	// Used by the timer only
	private long lastMessage;

	private long wait = SHORTEST.toNanos();

	private long due;

	/**
	 * Create it.
	 * @param now what counts as the time of the last message before there was one
	 */
	ServerPause(PullAttachment attachment, PullContainerSettings settings, ContainerState state, SerialTasks tasks,
			long now) {
		this.attachment = attachment;
		this.settings = settings;
		this.state = state;
		this.tasks = tasks;
		this.lastMessage = now;
		this.due = now + this.wait;
	}

	/**
	 * What the server says of a pause.
	 * @return a reason, or {@code null} if the consumer is not paused
	 */
	static @Nullable String describe(ConsumerInfo consumer) {
		return Boolean.TRUE.equals(consumer.getPaused())
				? "consumer '%s' of stream '%s' is paused on the server until %s".formatted(consumer.getName(),
						consumer.getStreamName(), consumer.getConsumerConfiguration().getPauseUntil())
				: null;
	}

	/**
	 * Called about once a second by the timer; must not block.
	 * @param now the time of {@link System#nanoTime()}
	 * @param lastMessage when the last message arrived
	 */
	void check(long now, long lastMessage) {
		if (lastMessage != this.lastMessage) {
			this.lastMessage = lastMessage;
			this.wait = SHORTEST.toNanos();
			this.due = lastMessage + this.wait;
			if (this.state.isPausedOnServer()) {
				this.state.pausedOnServer(null);
			}
		}
		if (now - this.due >= 0) {
			this.wait = this.state.isPausedOnServer() ? SHORTEST.toNanos() : Math.min(2 * this.wait, LONGEST.toNanos());
			this.due = now + this.wait;
			this.tasks.submit(this::lookUp);
		}
	}

	private void lookUp() {
		Connection connection = this.attachment.connection();
		PullLimits limits = this.attachment.limits();
		if (this.attachment.isStopping() || limits == null || connection == null
				|| connection.getStatus() != Connection.Status.CONNECTED
				|| !connection.getServerInfo().isSameOrNewerThanVersion(FIRST_VERSION)) {
			return;
		}
		try {
			this.state.pausedOnServer(describe(connection.jetStreamManagement(this.settings.jetStream())
				.getConsumerInfo(limits.stream(), limits.consumer())));
		}
		catch (IOException | JetStreamApiException | RuntimeException ex) {
			// Who cares for the consumer finds out by other means
			logger.debug("A consumer could not be looked up: " + ex.getMessage());
		}
	}

}
