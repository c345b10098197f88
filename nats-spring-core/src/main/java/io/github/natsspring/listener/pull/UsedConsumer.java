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

import java.time.ZonedDateTime;

import io.github.natsspring.listener.NatsListenerException;
import io.nats.client.api.ConsumerInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The consumer that a container uses: tells it from another one of its name, checks again
 * that it suits the listener when it was changed or made again, and has another one made
 * in its place. Its methods are called in tasks of the container, one at a time.
 */
final class UsedConsumer {

	private static final Log logger = LogFactory.getLog(UsedConsumer.class);

	private final String id;

	private final ConsumerSource source;

	private final ConsumerKind kind;

	private final ConsumerPosition position;

	private final ContainerState state;

	private final Settler settler;

	private final ConsumerGuard.Attachment attachment;

	private final Runnable recoverLater;

	private @Nullable ZonedDateTime created;

	// The configuration that was found to suit the listener
	private @Nullable String suitable;

	private boolean unsuitable;

	// Nothing was pulled from the ordered consumer yet
	private boolean unused = true;

	UsedConsumer(String id, ConsumerSource source, ConsumerPosition position, ContainerState state, Settler settler,
			ConsumerGuard.Attachment attachment, Runnable recoverLater) {
		this.id = id;
		this.source = source;
		this.kind = source.kind();
		this.position = position;
		this.state = state;
		this.settler = settler;
		this.attachment = attachment;
		this.recoverLater = recoverLater;
	}

	/**
	 * The source has found or made the consumer, and checked it.
	 */
	void opened(ConsumerInfo consumer) {
		this.position.begin(consumer, false);
		this.suitable = configuration(consumer);
		learn(consumer);
		this.attachment.use(consumer);
	}

	/**
	 * The consumer is gone, and whatever will have its name is another one.
	 */
	void renounce() {
		this.settler.renounce();
		this.created = null;
	}

	/**
	 * Have another consumer made in the place of the one that was used.
	 * @return whether it suits the listener
	 */
	boolean replace() {
		PullLimits previous = this.attachment.limits();
		long floor = this.position.floor();
		ConsumerInfo consumer = this.source.recreate(floor);
		boolean continued = this.kind == ConsumerKind.DURABLE || this.source.hasContinued();
		String text = "Listener '%s' goes on with another consumer '%s' of stream '%s'%s".formatted(this.id,
				consumer.getName(), consumer.getStreamName(),
				continued
						? "; everything up to sequence %d was %s before".formatted(floor,
								(this.kind != ConsumerKind.DURABLE) ? "handled" : "acknowledged")
						: ", which is another one of its name");
		if (this.kind == ConsumerKind.DURABLE) {
			logger.warn(text);
		}
		else {
			logger.info(text);
			// Before what comes from the former one is told apart by nothing else
			this.position.begin(consumer, continued);
			if (previous != null) {
				ContainerThreads.execute(() -> this.source.discard(previous.consumer()));
			}
		}
		return accept(consumer);
	}

	/**
	 * Go by what the server says of the consumer, if it still suits the listener.
	 */
	boolean accept(ConsumerInfo consumer) {
		learn(consumer);
		String configuration = configuration(consumer);
		if (!configuration.equals(this.suitable)) {
			try {
				this.source.check(consumer);
			}
			catch (RuntimeException ex) {
				this.unsuitable = true;
				this.attachment.detach();
				trouble(ex);
				return false;
			}
		}
		this.suitable = configuration;
		this.unsuitable = false;
		this.attachment.use(consumer);
		return true;
	}

	private void trouble(RuntimeException ex) {
		this.state.trouble(String.valueOf(ex.getMessage()), ex instanceof NatsListenerException);
		this.recoverLater.run();
	}

	/**
	 * Called before anything is pulled.
	 * @return whether there is a consumer to pull from; if not, it is looked for
	 */
	boolean isReady() {
		if (this.unsuitable) {
			this.recoverLater.run();
			return false;
		}
		if (this.kind != ConsumerKind.ORDERED || this.unused) {
			this.unused = false;
			return true;
		}
		try {
			return replace();
		}
		catch (RuntimeException ex) {
			trouble(ex);
			return false;
		}
	}

	void learn(ConsumerInfo consumer) {
		boolean same = consumer.getCreationTime().equals(this.created);
		if (!same && this.created != null) {
			if (this.kind == ConsumerKind.DURABLE) {
				logger.warn("Consumer '%s' of stream '%s' of listener '%s' is another one now"
					.formatted(consumer.getName(), consumer.getStreamName(), this.id));
			}
			this.settler.renounce();
		}
		this.position.learn(consumer, same);
		this.created = consumer.getCreationTime();
	}

	private static String configuration(ConsumerInfo consumer) {
		return consumer.getConsumerConfiguration().toJson();
	}

}
