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

package io.github.natsspring.topology;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;

import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import io.nats.client.api.AccountStatistics;
import io.nats.client.api.ApiResponse;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerCreateRequest;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the JetStream API without waiting for their answers: jnats'
 * {@code JetStreamManagement} would need a thread for each request of a wave, and does
 * not tell an absent API from a slow one.
 */
final class JetStreamApi {

	private static final byte[] NOTHING = new byte[0];

	private final Connection connection;

	private final JetStreamOptions options;

	private final Duration timeout;

	JetStreamApi(Connection connection, JetStreamOptions options) {
		this.connection = connection;
		this.options = options;
		Duration requestTimeout = options.getRequestTimeout();
		this.timeout = (requestTimeout != null) ? requestTimeout : connection.getOptions().getConnectionTimeout();
	}

	ApiCall<StreamInfo> stream(String name) {
		return send("STREAM.INFO." + name, NOTHING, StreamInfo::new);
	}

	ApiCall<ConsumerInfo> consumer(ConsumerId id) {
		return send("CONSUMER.INFO.%s.%s".formatted(id.stream(), id.name()), NOTHING, ConsumerInfo::new);
	}

	ApiCall<StreamInfo> create(StreamConfiguration configuration) {
		return send("STREAM.CREATE." + configuration.getName(), configuration.serialize(), StreamInfo::new);
	}

	/**
	 * Create a consumer. A server before 2.10 updates one that is there already.
	 */
	ApiCall<ConsumerInfo> create(String stream, ConsumerConfiguration configuration) {
		byte[] body = new ConsumerCreateRequest(stream, configuration, ConsumerCreateRequest.Action.Create).serialize();
		String subject = createSubject(new ConsumerId(stream, Objects.requireNonNull(configuration.getDurable())),
				configuration.getFilterSubject(), configuration.hasMultipleFilterSubjects());
		return send(subject, body, ConsumerInfo::new);
	}

	/**
	 * The version of the server.
	 */
	String serverVersion() {
		return this.connection.getServerInfo().getVersion();
	}

	/**
	 * Create a consumer without a durable name.
	 */
	ApiCall<ConsumerInfo> createEphemeral(String stream, ConsumerConfiguration configuration) {
		String subject = "CONSUMER.CREATE." + stream;
		ConsumerConfiguration named = configuration;
		if (this.options.isOptOut290ConsumerCreate() || isOlderThan290()) {
			// The server chooses the name
			named = ConsumerConfiguration.builder(configuration).name(null).build();
		}
		else {
			String filter = configuration.getFilterSubject();
			subject += "." + configuration.getName()
					+ ((filter == null || ">".equals(filter) || configuration.hasMultipleFilterSubjects()) ? ""
							: "." + filter);
		}
		byte[] body = new ConsumerCreateRequest(stream, named, ConsumerCreateRequest.Action.Create).serialize();
		return send(subject, body, ConsumerInfo::new);
	}

	ApiCall<Deleted> delete(ConsumerId id) {
		return send("CONSUMER.DELETE.%s.%s".formatted(id.stream(), id.name()), NOTHING, Deleted::new);
	}

	private boolean isOlderThan290() {
		return this.connection.getServerInfo().isOlderThanVersion("2.9.0");
	}

	/**
	 * The API of the server of the connection, or of the one that it is a leaf of.
	 */
	JetStreamApi withDefaultPrefix() {
		return new JetStreamApi(this.connection, JetStreamOptions.builder().requestTimeout(this.timeout).build());
	}

	/**
	 * What there is of the account, and of the server that answers for JetStream.
	 */
	ApiCall<AccountStatistics> account() {
		return send("INFO", NOTHING, AccountStatistics::new);
	}

	ApiCall<Names> streamsOf(String subject) {
		byte[] body = "{\"subject\":%s}".formatted(new JsonValue(subject).toJson()).getBytes(StandardCharsets.UTF_8);
		return send("STREAM.NAMES", body, Names::new);
	}

	ApiCall<Names> streams() {
		return send("STREAM.NAMES", NOTHING, Names::new);
	}

	/**
	 * Update a stream.
	 * @param name the name of the stream
	 * @param configuration the whole configuration in JSON
	 */
	ApiCall<StreamInfo> update(String name, String configuration) {
		return send("STREAM.UPDATE." + name, configuration.getBytes(StandardCharsets.UTF_8), StreamInfo::new);
	}

	/**
	 * Update a consumer.
	 * @param id the consumer
	 * @param configuration the whole configuration in JSON
	 */
	ApiCall<ConsumerInfo> update(ConsumerId id, String configuration) {
		byte[] body = "{\"stream_name\":%s,\"action\":\"update\",\"config\":%s}"
			.formatted(new JsonValue(id.stream()).toJson(), configuration)
			.getBytes(StandardCharsets.UTF_8);
		Map<String, JsonValue> fields = JsonParser.parseUnchecked(configuration).map;
		JsonValue filter = fields.get("filter_subject");
		return send(createSubject(id, (filter != null) ? filter.string : null, fields.containsKey("filter_subjects")),
				body, ConsumerInfo::new);
	}

	private String createSubject(ConsumerId id, @Nullable String filter, boolean severalFilters) {
		// A server that has no such subject yet, or a filter that does not fit in it
		if (this.options.isOptOut290ConsumerCreate() || severalFilters || isOlderThan290()) {
			return "CONSUMER.DURABLE.CREATE.%s.%s".formatted(id.stream(), id.name());
		}
		if (filter == null || filter.isEmpty() || ">".equals(filter)) {
			return "CONSUMER.CREATE.%s.%s".formatted(id.stream(), id.name());
		}
		return "CONSUMER.CREATE.%s.%s.%s".formatted(id.stream(), id.name(), filter);
	}

	private <T extends ApiResponse<T>> ApiCall<T> send(String subject, byte[] body, Function<Message, T> reader) {
		Future<Message> answer;
		String fullSubject = this.options.getPrefix() + subject;
		Refusal refusal = new Refusal(this.connection, fullSubject);
		try {
			// A little longer than we wait: then jnats never gives up first
			answer = this.connection.requestWithTimeout(fullSubject, body, this.timeout.plusSeconds(5));
		}
		catch (IllegalStateException ex) {
			answer = CompletableFuture.failedFuture(ex);
		}
		return new ApiCall<>(this.connection, answer, reader, this.timeout, refusal);
	}

	/**
	 * The answer to a deletion.
	 */
	static final class Deleted extends ApiResponse<Deleted> {

		Deleted(Message message) {
			super(message);
		}

	}

	/**
	 * A list of names.
	 */
	static final class Names extends ApiResponse<Names> {

		Names(Message message) {
			super(message);
		}

		@Nullable String firstExcept(String name) {
			return all().stream().filter((other) -> !name.equals(other)).findFirst().orElse(null);
		}

		List<String> all() {
			JsonValue json = getJv();
			JsonValue streams = (json != null && json.map != null) ? json.map.get("streams") : null;
			return (streams == null || streams.array == null) ? List.of()
					: streams.array.stream().map((value) -> value.string).toList();
		}

	}

}
