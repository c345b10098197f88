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

import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends pulls, and knows what these need: from which consumer, through which inbox, and
 * as whom. Guarded by the lock of the engine, except for the sending.
 */
final class PullSender {

	private static final Log logger = LogFactory.getLog(PullSender.class);

	private final JetStreamOptions options;

	// Written under the lock
	private volatile @Nullable Inbox inbox;

	private @Nullable PullLimits limits;

	private String subject = "";

	private long lastPull;

	// What the server knows us by, if we are the one client that it serves
	private @Nullable String pin;

	PullSender(JetStreamOptions options) {
		this.options = options;
	}

	/**
	 * Send through an inbox from now on.
	 */
	void attach(Inbox inbox, PullLimits limits) {
		this.limits = limits;
		this.subject = PullProtocol.subject(this.options, limits);
		this.inbox = inbox;
	}

	/**
	 * Send no more.
	 * @return the inbox that was used last
	 */
	@Nullable Inbox detach() {
		Inbox last = this.inbox;
		this.inbox = null;
		return last;
	}

	boolean isAttached() {
		return this.inbox != null;
	}

	boolean isCurrent(Inbox inbox) {
		return inbox == this.inbox;
	}

	/**
	 * Whether it can send.
	 */
	boolean isConnected() {
		Inbox inbox = this.inbox;
		return inbox != null && inbox.isConnected();
	}

	/**
	 * What the last consumer allows and promises.
	 */
	@Nullable PullLimits limits() {
		return this.limits;
	}

	/**
	 * A message arrived at the current inbox: it says what the server knows us by.
	 */
	void learnPin(Message message) {
		if (this.limits != null && this.limits.pinned()) {
			this.pin = PullProtocol.pin(message);
		}
	}

	@Nullable String pin() {
		return this.pin;
	}

	/**
	 * Forget what the server knows us by.
	 */
	@Nullable String releasePin() {
		String last = this.pin;
		this.pin = null;
		return last;
	}

	/**
	 * Whether an error that the server reports is about our pulls or where their answers
	 * arrive.
	 */
	boolean isMeant(String error) {
		Inbox inbox = this.inbox;
		return inbox != null && (error.contains('"' + this.subject + '"') || inbox.isMeant(error));
	}

	/**
	 * Make the next pull, if the window has room for it and there is a connection, and
	 * take its permits: so they are given away only once although it is sent later.
	 */
	@Nullable Pull next(PullWindow window, boolean patient) {
		Inbox inbox = this.inbox;
		PullLimits limits = this.limits;
		if (inbox == null || limits == null || !inbox.isConnected()) {
			return null;
		}
		PullWindow.Demand demand = window.demand(limits.maxBatch(), limits.maxBytes(), patient);
		if (demand == null) {
			return null;
		}
		long id = ++this.lastPull;
		window.requested(id, demand);
		return new Pull(inbox, this.subject, demand.slot(), id,
				PullProtocol.request(limits, demand.batch(), demand.bytes(), this.pin));
	}

	/**
	 * Send a pull. Without the lock, and may block.
	 * @return {@code false} if that cannot be done
	 */
	boolean send(Pull pull) {
		try {
			// Another inbox means that the permits have been taken back
			if (pull.inbox() == this.inbox) {
				pull.inbox().pull(pull.subject(), pull.slot(), pull.id(), pull.request());
			}
			return true;
		}
		catch (IllegalStateException ex) {
			// Lost or closed this very moment: the next epoch pulls again
			logger.debug("A pull could not be sent: " + ex.getMessage());
			return false;
		}
	}

	/**
	 * A pull whose permits are taken.
	 */
	record Pull(Inbox inbox, String subject, int slot, long id, byte[] request) {
	}

}
