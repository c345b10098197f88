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

package io.github.natsspring.listener.watch;

import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.pull.ConsumerKind;
import io.github.natsspring.listener.pull.ConsumerSource;
import io.github.natsspring.support.Suggestions;
import io.github.natsspring.topology.ConsumerProvisioner;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.StreamInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the ordered consumers of a watch, one after the other: the first as is declared,
 * those after it behind what was handled, and another first one when the bucket is
 * another one.
 */
final class BucketConsumerSource implements ConsumerSource {

	private static final Log logger = LogFactory.getLog(BucketConsumerSource.class);

	private static final Duration INACTIVE_THRESHOLD = Duration.ofMinutes(5);

	private static final int MOST_ATTEMPTS = 3;

	private static final String SEVERAL_FILTERS = "2.10.0";

	private final String id;

	private final String description;

	private final BucketWatch watch;

	private final Collection<String> declared;

	private final ConsumerProvisioner provisioner;

	private final WatchProgress progress;

	private final Runnable onBegin;

	// Tells the bucket from a later one of its name
	private @Nullable ZonedDateTime created;

	private boolean continued;

	private volatile @Nullable String current;

	/**
	 * Create a source.
	 * @param id the id of the listener
	 * @param description the listener in messages
	 * @param watch what is watched
	 * @param declared the buckets of this kind that the application declares
	 * @param provisioner finds streams and makes consumers
	 * @param progress told of each consumer
	 * @param onBegin called after that; must not block
	 */
	BucketConsumerSource(String id, String description, BucketWatch watch, Collection<String> declared,
			ConsumerProvisioner provisioner, WatchProgress progress, Runnable onBegin) {
		this.id = id;
		this.description = description;
		this.watch = watch;
		this.declared = declared;
		this.provisioner = provisioner;
		this.progress = progress;
		this.onBegin = onBegin;
	}

	@Override
	public ConsumerKind kind() {
		return ConsumerKind.ORDERED;
	}

	@Override
	public ConsumerInfo open() {
		close();
		this.created = null;
		return make(0, true);
	}

	@Override
	public ConsumerInfo recreate(long floor) {
		return make(floor, false);
	}

	@Override
	public boolean hasContinued() {
		return this.continued;
	}

	private ConsumerInfo make(long floor, boolean opening) {
		for (int attempt = 1;; attempt++) {
			StreamInfo before = stream();
			long last = before.getStreamState().getLastSequence();
			// One that was restored from an old copy lacks what was handled, too
			boolean same = before.getCreateTime().equals(this.created) && last >= floor;
			ConsumerInfo consumer = create(before, same, floor, opening);
			if (attempt == MOST_ATTEMPTS || stream().getCreateTime().equals(before.getCreateTime())) {
				this.continued = same;
				this.created = before.getCreateTime();
				this.current = consumer.getName();
				begin(consumer, same, last, opening);
				return consumer;
			}
			// The sequences of another stream mean nothing
			discard(consumer.getName());
		}
	}

	private void begin(ConsumerInfo consumer, boolean same, long last, boolean opening) {
		long pending = consumer.getNumPending();
		if (same) {
			this.progress.continued(consumer.getName(), pending);
		}
		else if (opening) {
			this.progress.started(consumer.getName(), this.watch.includeCurrent(), last, pending);
		}
		else {
			logger
				.info("The %s is another one of its name, listener '%s' reads it anew".formatted(this.watch, this.id));
			this.progress.replaced(consumer.getName(), last, pending);
		}
		this.onBegin.run();
	}

	private StreamInfo stream() {
		StreamInfo info = this.provisioner.findStream(this.watch.stream());
		if (info == null) {
			String bucket = this.watch.bucket();
			throw new NatsListenerException(this.description,
					"its attribute 'bucket' is '%s', and there is no %s bucket of that name on the server"
						.formatted(bucket, this.watch.kind()),
					capitalize(Suggestions.didYouMean(bucket,
							this.declared.stream().filter((name) -> !name.equals(bucket)).toList(),
							"declare it (nats.%s.%s), create it on the server, or correct the name"
								.formatted(this.watch.kind(), bucket))));
		}
		return info;
	}

	private static String capitalize(String text) {
		return Character.toUpperCase(text.charAt(0)) + text.substring(1);
	}

	private ConsumerInfo create(StreamInfo stream, boolean same, long floor, boolean opening) {
		List<String> filters = WatchFilters.of(this.watch, stream.getConfiguration(),
				!this.provisioner.isServerOlderThan(SEVERAL_FILTERS));
		ConsumerConfiguration.Builder builder = ConsumerConfiguration.builder()
			.name("watch-%s-%s".formatted(this.id.replaceAll("[^A-Za-z0-9_-]", "_"),
					UUID.randomUUID().toString().substring(0, 8)))
			.description("listener " + this.description)
			.inactiveThreshold(INACTIVE_THRESHOLD)
			.ackPolicy(AckPolicy.None)
			.maxDeliver(1)
			.memStorage(true)
			.numReplicas(1)
			.filterSubjects(filters);
		if (same) {
			builder.deliverPolicy(DeliverPolicy.ByStartSequence).startSequence(floor + 1);
		}
		else {
			builder.deliverPolicy(beginning(opening));
		}
		return this.provisioner.createEphemeral(this.watch.stream(), builder.build());
	}

	private DeliverPolicy beginning(boolean opening) {
		if (opening && !this.watch.includeCurrent()) {
			return DeliverPolicy.New;
		}
		// Everything in a bucket that was made since the start is an update
		return this.watch.includeHistory() ? DeliverPolicy.All : DeliverPolicy.LastPerSubject;
	}

	/**
	 * Ask the server whether there is anything left to read.
	 */
	void inspect() {
		String name = this.current;
		ConsumerInfo consumer = (name != null) ? this.provisioner.find(this.watch.stream(), name) : null;
		if (consumer != null) {
			boolean nothing = consumer.getDelivered().getConsumerSequence() == 0;
			this.progress.seen(consumer.getName(), nothing ? 0 : consumer.getDelivered().getStreamSequence(),
					consumer.getNumPending());
		}
	}

	@Override
	public void discard(String consumer) {
		try {
			this.provisioner.delete(this.watch.stream(), consumer);
		}
		catch (NatsException | IllegalStateException ex) {
			logger.debug("Consumer '%s' of stream '%s' could not be deleted, it goes after %s: %s".formatted(consumer,
					this.watch.stream(), INACTIVE_THRESHOLD, ex.getMessage()));
		}
	}

	@Override
	public void close() {
		String consumer = this.current;
		this.current = null;
		if (consumer != null) {
			discard(consumer);
		}
	}

	@Override
	public String toString() {
		return "watch of " + this.watch;
	}

}
