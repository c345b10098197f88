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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.ClusterInfo;
import org.jspecify.annotations.Nullable;

/**
 * Asks a cluster who leads a stream or a consumer, and lets leaders step down.
 */
final class ClusterLeaders {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Duration POLL = Duration.ofMillis(50);

	private static final Duration ANSWER = Duration.ofSeconds(2);

	// A transfer of leadership may fail, and then the old leader is elected again
	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private static final int STREAM_NOT_FOUND = 10059;

	private static final int CONSUMER_NOT_FOUND = 10014;

	private final List<String> urls;

	ClusterLeaders(List<String> urls) {
		this.urls = urls;
	}

	/**
	 * The leader, as soon as there is one.
	 * @param group what it leads
	 * @return its name
	 * @throws IllegalStateException if there is no such stream or consumer, or no leader
	 * within 30 seconds
	 */
	String leader(Group group) {
		try (Connection connection = connect()) {
			return leader(connection, group, new Poll(TIMEOUT, POLL)).name();
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	/**
	 * Let the leader step down until another one leads.
	 * @param group what it leads
	 * @return the new leader's name
	 * @throws IllegalStateException as {@link #leader(Group)}, and if there is nobody
	 * else
	 */
	String stepDown(Group group) {
		try (Connection connection = connect()) {
			Poll poll = new Poll(TIMEOUT, POLL);
			Leader first = leader(connection, group, poll);
			if (first.alone()) {
				throw new IllegalStateException(
						"The %s has one replica only; make it with 3 for others to lead it".formatted(group));
			}
			String before = first.name();
			String current = before;
			String answer = null;
			long asked = 0;
			while (current.equals(before)) {
				if (answer == null || System.nanoTime() - asked > PATIENCE.toNanos()) {
					answer = ask(connection, group);
					asked = System.nanoTime();
				}
				else if (!poll.next()) {
					throw new IllegalStateException("%s still leads %s after %s s; the request to step down got '%s'"
						.formatted(before, group, TIMEOUT.toSeconds(), answer));
				}
				current = leader(connection, group, poll).name();
			}
			return current;
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	private static String ask(Connection connection, Group group) throws InterruptedException {
		Message answer = connection.request(group.stepDownSubject(), null, ANSWER);
		return (answer != null) ? new String(answer.getData(), StandardCharsets.UTF_8) : "no answer";
	}

	private static Leader leader(Connection connection, Group group, Poll poll) {
		Object last;
		do {
			try {
				ClusterInfo info = group.info(connection.jetStreamManagement());
				String name = (info != null) ? info.getLeader() : null;
				if (info != null && name != null) {
					return new Leader(name, info.getReplicas() == null || info.getReplicas().isEmpty());
				}
				last = "no leader";
			}
			catch (IOException ex) {
				last = ex;
			}
			catch (JetStreamApiException ex) {
				if (ex.getApiErrorCode() == STREAM_NOT_FOUND || ex.getApiErrorCode() == CONSUMER_NOT_FOUND) {
					throw new IllegalStateException("There is no %s in this cluster".formatted(group), ex);
				}
				last = ex;
			}
		}
		while (poll.next());
		throw new IllegalStateException(
				"The %s had no leader within %s s: %s".formatted(group, TIMEOUT.toSeconds(), last));
	}

	private Connection connect() throws InterruptedException {
		Poll poll = new Poll(TIMEOUT, POLL);
		while (true) {
			try {
				return Nats.connect(Options.builder()
					.servers(this.urls.toArray(String[]::new))
					.connectionName("nats-spring-test")
					.ignoreDiscoveredServers()
					.errorListener(new ErrorListener() {
					})
					.build());
			}
			catch (IOException ex) {
				if (!poll.next()) {
					throw new IllegalStateException(
							"Could not connect to the cluster within %s s".formatted(TIMEOUT.toSeconds()), ex);
				}
			}
		}
	}

	private static IllegalStateException interrupted(InterruptedException ex) {
		Thread.currentThread().interrupt();
		return new IllegalStateException("Interrupted while waiting for a process of a test", ex);
	}

	private record Leader(String name, boolean alone) {
	}

	/**
	 * What has a leader.
	 *
	 * @param stream the stream
	 * @param consumer its consumer, or {@code null} for the stream itself
	 */
	record Group(String stream, @Nullable String consumer) {

		private @Nullable ClusterInfo info(JetStreamManagement management) throws IOException, JetStreamApiException {
			return (this.consumer != null) ? management.getConsumerInfo(this.stream, this.consumer).getClusterInfo()
					: management.getStreamInfo(this.stream).getClusterInfo();
		}

		private String stepDownSubject() {
			return (this.consumer != null)
					? "$JS.API.CONSUMER.LEADER.STEPDOWN.%s.%s".formatted(this.stream, this.consumer)
					: "$JS.API.STREAM.LEADER.STEPDOWN." + this.stream;
		}

		@Override
		public String toString() {
			return (this.consumer != null) ? "consumer '%s' of stream '%s'".formatted(this.consumer, this.stream)
					: "stream '%s'".formatted(this.stream);
		}

	}

}
