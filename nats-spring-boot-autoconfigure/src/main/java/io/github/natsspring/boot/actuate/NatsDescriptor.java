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

package io.github.natsspring.boot.actuate;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.natsspring.deadletter.DeadLetter;
import io.github.natsspring.deadletter.DeadLetterOrigin;
import io.github.natsspring.listener.ContainerStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What the endpoint tells. Holds no payloads, no headers of messages, no texts of
 * exceptions that handlers threw, and no credentials.
 *
 * @param connections the connections by their names
 */
public record NatsDescriptor(Map<String, ConnectionDescriptor> connections) implements OperationResponseBody {

	/**
	 * A connection and what uses it.
	 *
	 * @param status the status that jnats gives it
	 * @param server the name of the server, or {@code null} while there is no connection
	 * @param version the version of the server
	 * @param url the address of the server
	 * @param error why it cannot be used at the moment, or {@code null}
	 * @param topology what was declared for it, or {@code null} if nothing can be
	 * @param listeners the listeners by their ids
	 * @param deadLetters how many dead letters there are by the stream of their
	 * originals; without the streams that could not be asked about in time
	 */
	public record ConnectionDescriptor(String status, @Nullable String server, @Nullable String version,
			@Nullable String url, @Nullable String error, @Nullable TopologyDescriptor topology,
			Map<String, ListenerDescriptor> listeners, Map<String, Long> deadLetters) {
	}

	/**
	 * What became of the declared topology when the connection was made.
	 *
	 * @param time when that was
	 * @param result how it ended
	 * @param resources what the plan said of each stream, bucket and consumer
	 * @param missing what the server has lost since then
	 * @param problems what is wrong
	 */
	public record TopologyDescriptor(@Nullable Instant time, @Nullable String result,
			List<ResourceDescriptor> resources, Set<String> missing, List<String> problems) {
	}

	/**
	 * What the plan said of a declared resource.
	 *
	 * @param kind a stream, consumer or bucket
	 * @param name its name
	 * @param source where it was declared
	 * @param action what was to be done
	 * @param changes the fields that were changed
	 * @param drift the fields that differ and were left so
	 */
	public record ResourceDescriptor(String kind, String name, String source, String action, List<String> changes,
			List<String> drift) {
	}

	/**
	 * A listener.
	 *
	 * @param connection the name of its connection
	 * @param state what it does
	 * @param detail why, for a state that needs a reason
	 * @param inFlight how many messages it holds that are not settled
	 * @param window how many it may hold at present
	 * @param lastActivity when it last heard from the server for its subscription
	 * @param stream the stream, or {@code null} for core NATS
	 * @param consumer the durable consumer, or {@code null} if it has none
	 * @param lag how far it is behind, or {@code null} if the server did not say
	 */
	public record ListenerDescriptor(String connection, ContainerStatus.State state, @Nullable String detail,
			int inFlight, int window, @Nullable Instant lastActivity, @Nullable String stream,
			@Nullable String consumer, @Nullable LagDescriptor lag) implements OperationResponseBody {
	}

	/**
	 * How far a consumer is behind, over all instances.
	 *
	 * @param pending how many messages were not delivered yet
	 * @param ackPending how many were delivered and not settled
	 * @param redelivered how many of those were delivered more than once
	 * @param waiting how many pulls wait
	 * @param time when the server said the number of pending messages
	 */
	public record LagDescriptor(long pending, long ackPending, long redelivered, long waiting, Instant time) {
	}

	/**
	 * Dead letters of a stream.
	 *
	 * @param count how many there are, of all consumers
	 * @param letters the first of those that were asked for
	 */
	public record DeadLettersDescriptor(long count, List<LetterDescriptor> letters) implements OperationResponseBody {
	}

	/**
	 * A dead letter without anything that its sender or the handler wrote.
	 *
	 * @param id its place
	 * @param stream the stream of the original
	 * @param sequence the sequence of the original
	 * @param consumer the consumer whose listener failed
	 * @param listener the listener that failed
	 * @param subject the subject of the original
	 * @param deliveries how often it was delivered
	 * @param timestamp when the original was stored
	 * @param storedAt when the letter was stored
	 * @param exception the class of the exception that the listener failed with
	 * @param size the number of bytes of its payload
	 * @param reference whether it only refers to its original
	 */
	public record LetterDescriptor(String id, String stream, long sequence, String consumer, String listener,
			String subject, long deliveries, Instant timestamp, Instant storedAt, String exception, int size,
			boolean reference) {

		static LetterDescriptor of(DeadLetter letter) {
			DeadLetterOrigin origin = letter.origin();
			return new LetterDescriptor(letter.id().toString(), origin.stream(), origin.sequence(), origin.consumer(),
					origin.listenerId(), origin.subject(), origin.deliveries(), origin.timestamp(), letter.storedAt(),
					letter.exceptionClass(), letter.size(), letter.isReference());
		}

	}

	/**
	 * What became of letters that were to be redriven.
	 *
	 * @param redriven how many were handled and deleted
	 * @param failed why the others were not, by the letter
	 */
	public record RedriveDescriptor(int redriven, Map<String, String> failed) implements OperationResponseBody {
	}

}
