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

package io.github.natsspring.store;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

import io.github.natsspring.connection.ConnectionHolder;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.PurgeOptions;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.support.NatsJetStreamConstants;
import org.jspecify.annotations.Nullable;

/**
 * The stream of a bucket, over the current connection.
 */
final class BucketAccess {

	private static final int STREAM_NOT_FOUND = 10059;

	private final ConnectionHolder holder;

	private final JetStreamOptions options;

	private final String kind;

	private final String bucket;

	private final String stream;

	private final Supplier<Context> contexts;

	/**
	 * Create access to a bucket.
	 * @param holder the connection
	 * @param options domain or API prefix, and the timeout of requests
	 * @param kind what the bucket is, at the beginning of a sentence
	 * @param bucket the name of the bucket
	 * @param stream the name of its stream
	 */
	BucketAccess(ConnectionHolder holder, JetStreamOptions options, String kind, String bucket, String stream) {
		this.holder = holder;
		this.options = options;
		this.kind = kind;
		this.bucket = bucket;
		this.stream = stream;
		this.contexts = holder.context(this::create);
	}

	String bucket() {
		return this.bucket;
	}

	String stream() {
		return this.stream;
	}

	JetStreamOptions options() {
		return this.options;
	}

	/**
	 * How long a request may take; what jnats takes too.
	 */
	Duration timeout() {
		Duration timeout = this.options.getRequestTimeout();
		return (timeout != null) ? timeout : connection().getOptions().getConnectionTimeout();
	}

	Connection connection() {
		return this.holder.get();
	}

	/**
	 * What is known of the bucket, asked for once in each epoch of the connection.
	 * @throws BucketNotFoundException if it does not exist
	 */
	Context context() {
		return this.contexts.get();
	}

	/**
	 * The configuration that the bucket has at the moment.
	 */
	StreamConfiguration configuration() throws IOException, JetStreamApiException {
		return context().management().getStreamInfo(this.stream).getConfiguration();
	}

	@Nullable MessageInfo last(String subject) throws IOException, JetStreamApiException {
		return find((management) -> management.getLastMessage(this.stream, subject));
	}

	@Nullable MessageInfo at(long sequence) throws IOException, JetStreamApiException {
		return find((management) -> management.getMessage(this.stream, sequence));
	}

	@Nullable MessageInfo next(String subject, long sequence) throws IOException, JetStreamApiException {
		return find((management) -> management.getNextMessage(this.stream, sequence, subject));
	}

	void purge(String subject) throws IOException, JetStreamApiException {
		context().management().purgeStream(this.stream, PurgeOptions.subject(subject));
	}

	BucketNotFoundException notFound(@Nullable Throwable cause) {
		String message = "%s '%s' is not on the server; create it, or declare it".formatted(this.kind, this.bucket);
		return new BucketNotFoundException(message, this.bucket, cause);
	}

	static boolean isMissing(JetStreamApiException ex) {
		return ex.getApiErrorCode() == STREAM_NOT_FOUND;
	}

	private @Nullable MessageInfo find(Lookup lookup) throws IOException, JetStreamApiException {
		JetStreamManagement management = context().management();
		long start = System.nanoTime();
		try {
			return lookup.find(management);
		}
		catch (JetStreamApiException ex) {
			if (ex.getApiErrorCode() == NatsJetStreamConstants.JS_NO_MESSAGE_FOUND_ERR) {
				return null;
			}
			throw ex;
		}
		catch (IOException ex) {
			// Nobody answers direct requests for a stream that was deleted
			if (System.nanoTime() - start < timeout().toNanos() / 2 && !Thread.currentThread().isInterrupted()) {
				management.getStreamInfo(this.stream);
			}
			throw ex;
		}
	}

	private Context create(Connection connection) throws IOException, JetStreamApiException {
		JetStreamManagement management = connection.jetStreamManagement(this.options);
		try {
			return new Context(management, management.getStreamInfo(this.stream).getConfiguration());
		}
		catch (JetStreamApiException ex) {
			if (isMissing(ex)) {
				throw notFound(ex);
			}
			throw ex;
		}
	}

	/**
	 * A bucket over one connection.
	 *
	 * @param management manages its stream
	 * @param configuration the configuration that it had when the connection was made
	 */
	record Context(JetStreamManagement management, StreamConfiguration configuration) {

	}

	@FunctionalInterface
	private interface Lookup {

		MessageInfo find(JetStreamManagement management) throws IOException, JetStreamApiException;

	}

}
