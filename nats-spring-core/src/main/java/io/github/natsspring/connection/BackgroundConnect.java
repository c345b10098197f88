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

package io.github.natsspring.connection;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.nats.client.Connection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tries to connect on a thread of its own until there is a connection or none is wanted
 * any more. Its state is guarded by the lock of the {@link CurrentConnection}, which is
 * free while an attempt is under way.
 */
class BackgroundConnect {

	private static final Log logger = LogFactory.getLog(BackgroundConnect.class);

	private static final long RETRY_MILLIS = 1000;

	private final CurrentConnection owner;

	private final Connector connector;

	private final String name;

	private final ReentrantLock lock;

	private final Condition changed;

	private final ThreadFactory threads;

	private boolean underWay;

	// Written by the thread of this class, or while there is none
	private volatile @Nullable String lastFailure;

	BackgroundConnect(CurrentConnection owner, Connector connector, String name, ReentrantLock lock,
			ThreadFactory threads) {
		this.owner = owner;
		this.connector = connector;
		this.name = name;
		this.lock = lock;
		this.threads = threads;
		this.changed = lock.newCondition();
	}

	/**
	 * Whether connections are made here now; only to be asked under the lock.
	 */
	boolean isUnderWay() {
		return this.underWay;
	}

	/**
	 * Why the last attempt failed, or {@code null} if there was none since there was a
	 * connection.
	 */
	@Nullable String problem() {
		return this.lastFailure;
	}

	/**
	 * Begin, unless this is under way already; only to be called under the lock. Without
	 * a thread, it is tried again later.
	 */
	void begin() {
		if (this.underWay) {
			return;
		}
		this.underWay = true;
		try {
			Thread thread = this.threads.newThread(this::run);
			thread.setName("nats-connect-" + this.name);
			thread.setDaemon(true);
			thread.start();
		}
		catch (Throwable ex) {
			// An OutOfMemoryError, if the system allows no more threads
			this.underWay = false;
			this.changed.signalAll();
			this.lastFailure = "there is no thread to connect on";
			logger.error("There is no thread to make the connection '%s' on; trying again".formatted(this.name), ex);
			EventThread.Retries.later(RETRY_MILLIS, this::beginAgain);
		}
	}

	private void beginAgain() {
		// On a timer of the whole process, which must not wait
		if (!this.lock.tryLock()) {
			EventThread.Retries.later(RETRY_MILLIS, this::beginAgain);
			return;
		}
		try {
			if (this.owner.isWanted()) {
				begin();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Have it look at once whether a connection is still wanted; only to be called under
	 * the lock.
	 */
	void wake() {
		this.changed.signalAll();
	}

	/**
	 * Wait for the end of what is under way, if anything is.
	 */
	void await(Duration timeout) {
		this.lock.lock();
		try {
			long left = timeout.toNanos();
			while (this.underWay && left > 0) {
				left = this.changed.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void run() {
		int failures = 0;
		this.lock.lock();
		try {
			while (this.owner.isWanted()) {
				if (!connectOnce(failures)) {
					failures++;
					this.changed.await(Connector.pause(failures).toNanos(), TimeUnit.NANOSECONDS);
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.underWay = false;
			this.changed.signalAll();
			this.lock.unlock();
		}
	}

	private boolean connectOnce(int failures) {
		Connection connection;
		// Others must not wait for an attempt of the background: they are told so at once
		this.lock.unlock();
		try {
			connection = this.connector.connectOnce();
		}
		catch (RuntimeException | Error ex) {
			// Options are made for each attempt, by code that may fail in any way
			logFailure(failures, ex);
			return false;
		}
		finally {
			this.lock.lock();
		}
		int before = this.owner.stops();
		if (!this.owner.isRunning()) {
			this.connector.close(connection, Duration.ZERO);
			return true;
		}
		try {
			this.owner.open(connection, before);
			this.lastFailure = null;
			logger.info("The connection '%s' is made".formatted(this.name));
			return true;
		}
		catch (RuntimeException | Error ex) {
			logFailure(failures, ex);
			return false;
		}
	}

	private void logFailure(int failures, Throwable ex) {
		String reason = Redaction.redact(ex.getMessage());
		if (failures == 0 || !reason.equals(this.lastFailure)) {
			logger.warn("The connection '%s' cannot be made yet, trying again: %s".formatted(this.name, reason));
		}
		else {
			logger.debug("The connection '%s' still cannot be made: %s".formatted(this.name, reason));
		}
		this.lastFailure = reason;
	}

}
