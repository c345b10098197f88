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
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link BucketReader} reads, as an iterator with unchecked exceptions. To be
 * closed.
 */
final class BucketCursor<E> implements Iterator<E>, AutoCloseable {

	private final BucketReader reader;

	private final Function<Message, E> mapper;

	private final Function<Exception, RuntimeException> failure;

	private @Nullable E next;

	BucketCursor(BucketReader reader, Function<Message, E> mapper, Function<Exception, RuntimeException> failure) {
		this.reader = reader;
		this.mapper = mapper;
		this.failure = failure;
	}

	@Override
	public boolean hasNext() {
		if (this.next == null) {
			try {
				Message message = this.reader.next();
				this.next = (message != null) ? this.mapper.apply(message) : null;
			}
			catch (IOException | JetStreamApiException ex) {
				close();
				throw this.failure.apply(ex);
			}
		}
		return this.next != null;
	}

	@Override
	public E next() {
		E next = hasNext() ? this.next : null;
		if (next == null) {
			throw new NoSuchElementException();
		}
		this.next = null;
		return next;
	}

	Stream<E> stream() {
		return StreamSupport
			.stream(Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL), false)
			.onClose(this::close);
	}

	@Override
	public void close() {
		this.reader.close();
	}

}
