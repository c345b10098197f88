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

package io.github.natsspring.deadletter;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.topology.ConsumerProvisioner;
import io.github.natsspring.topology.NatsProvisioningException;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Asks for the identity of a stream once in each epoch of the connection: what tells it
 * from another one of the same name, whose sequences come again.
 */
public final class StreamIdentities {

	private static final Log logger = LogFactory.getLog(StreamIdentities.class);

	private final ConsumerProvisioner server;

	private final boolean lenient;

	private final Supplier<ConcurrentMap<String, StreamIdentity>> known;

	/**
	 * Create the identities.
	 * @param lenient whether a user who may not ask is content without an answer
	 */
	StreamIdentities(ConnectionHolder holder, ConsumerProvisioner server, boolean lenient) {
		this.server = server;
		this.lenient = lenient;
		this.known = holder.context((connection) -> new ConcurrentHashMap<>());
	}

	/**
	 * The id of a message that is made of another one, by which a stream recognises
	 * another try. Asks the server if it is not known yet.
	 * @param source the other message
	 * @param suffix what is made of it
	 * @return {@code {stream}:{created}:{sequence}:{suffix}}
	 */
	public String messageId(NatsJetStreamMetaData source, String suffix) {
		return messageId(get(source.getStream()), source, suffix);
	}

	/**
	 * As {@link #messageId}, and ask the server again: a stream may have been deleted and
	 * made again.
	 * @param source the other message
	 * @param suffix what is made of it
	 * @return the id
	 */
	public String refreshedMessageId(NatsJetStreamMetaData source, String suffix) {
		return messageId(refresh(source.getStream()), source, suffix);
	}

	private static String messageId(StreamIdentity identity, NatsJetStreamMetaData source, String suffix) {
		return identity.messageId(source.getStream(), source.timestamp().toInstant(), source.streamSequence(), suffix);
	}

	StreamIdentity get(String stream) {
		StreamIdentity identity = this.known.get().get(stream);
		return (identity != null) ? identity : refresh(stream);
	}

	/**
	 * Ask the server again.
	 */
	StreamIdentity refresh(String stream) {
		StreamIdentity identity;
		try {
			identity = StreamIdentity.of(this.server.findStream(stream));
		}
		catch (NatsProvisioningException ex) {
			if (!this.lenient) {
				throw ex;
			}
			logger.debug("Letters from stream '%s' are told apart by the time of their messages".formatted(stream), ex);
			// Not again before the next epoch: each time would take the request timeout
			identity = StreamIdentity.of(null);
			this.known.get().put(stream, identity);
			return identity;
		}
		if (identity.created() != null) {
			this.known.get().put(stream, identity);
		}
		else {
			this.known.get().remove(stream);
		}
		return identity;
	}

}
