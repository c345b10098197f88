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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.listener.FailureText;
import io.github.natsspring.support.NatsHeaders;
import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StreamInfo;
import io.nats.client.api.StreamInfoOptions;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Works on the streams of dead letters with direct reads and deletes.
 */
final class DefaultDeadLetterOperations implements DeadLetterOperations {

	private static final byte[] NOTHING = new byte[0];

	private final DeadLetterStore store;

	private final RedriveTargets targets;

	private final boolean resolved;

	DefaultDeadLetterOperations(DeadLetterStore store, RedriveTargets targets, boolean resolved) {
		this.store = store;
		this.targets = targets;
		this.resolved = resolved;
	}

	@Override
	public List<DeadLetter> list(DeadLetterQuery query) {
		List<DeadLetter> letters = new ArrayList<>();
		DeadLetterId after = query.after();
		boolean reached = after == null;
		for (Map.Entry<String, Set<String>> place : places(query).entrySet()) {
			String stream = place.getKey();
			boolean here = after != null && after.stream().equals(stream);
			reached = reached || here;
			if (reached && letters.size() < query.max()) {
				letters.addAll(read(stream, place.getValue(), (after != null && here) ? after.sequence() : 0, query,
						query.max() - letters.size()));
			}
		}
		return letters;
	}

	@Override
	public long count(String stream) {
		long count = 0;
		for (Map.Entry<String, Set<String>> place : places(DeadLetterQuery.ofStream(stream)).entrySet()) {
			// Subjects may overlap, a message is one
			Map<String, Long> messages = new HashMap<>();
			for (String subject : place.getValue()) {
				StreamInfo info = this.store.askFor(
						"count the messages of stream '%s'".formatted(place.getKey()), (management) -> management
							.getStreamInfo(place.getKey(), StreamInfoOptions.filterSubjects(subject)),
						List.of(DeadLetterStore.STREAM_NOT_FOUND));
				if (info != null) {
					info.getStreamState()
						.getSubjects()
						.forEach((counted) -> messages.put(counted.getName(), counted.getCount()));
				}
			}
			count += messages.values().stream().mapToLong(Long::longValue).sum();
		}
		return count;
	}

	@Override
	public DeadLetter inspect(DeadLetterId id) {
		return find(id).letter();
	}

	@Override
	public byte[] payload(DeadLetterId id) {
		return find(id).payload();
	}

	@Override
	public void discard(DeadLetterId id) {
		find(id);
		delete(id);
	}

	@Override
	public void redrive(DeadLetterId id) {
		Found found = find(id);
		DeadLetterOrigin origin = found.letter().origin();
		RedriveTarget target = this.targets.find(origin);
		if (target == null) {
			throw new DeadLetterException(id,
					"this application has no listener for consumer '%s' of stream '%s'; redrive it where that listener runs, or republish it"
						.formatted(origin.consumer(), origin.stream()),
					null);
		}
		DetachedMessage message = new DetachedMessage(origin, DeadLetterReader.headers(found.letter()),
				found.payload());
		try {
			target.handle(message);
		}
		catch (Exception | Error ex) {
			if (ex instanceof InterruptedException) {
				Thread.currentThread().interrupt();
			}
			throw new DeadLetterException(id, "its listener failed again: " + FailureText.describe(ex), ex);
		}
		try {
			delete(id);
		}
		catch (NatsException ex) {
			throw new DeadLetterException(id,
					"it was handled, but could not be deleted; discard it, since redriving it would handle it again",
					ex);
		}
	}

	@Override
	public RedriveResult redriveAll(DeadLetterQuery query) {
		int redriven = 0;
		Map<DeadLetterId, DeadLetterException> failed = new LinkedHashMap<>();
		for (DeadLetter letter : list(query)) {
			try {
				redrive(letter.id());
				redriven++;
			}
			catch (DeadLetterException ex) {
				failed.put(letter.id(), ex);
			}
		}
		return new RedriveResult(redriven, failed);
	}

	@Override
	public RepublishPlan planRepublish(DeadLetterId id) {
		String subject = find(id).letter().origin().subject();
		String stream = streamsOf(subject).stream().findFirst().orElse(null);
		if (stream == null) {
			throw new DeadLetterException(id,
					"no stream captures its original subject '%s' any more".formatted(subject), null);
		}
		List<String> consumers = this.store
			.ask("list the consumers of stream '%s'".formatted(stream), (management) -> management.getConsumers(stream))
			.stream()
			.filter((consumer) -> reaches(consumer, subject))
			.map((consumer) -> stream + "/" + consumer.getName())
			.sorted()
			.toList();
		return new RepublishPlan(id, subject, stream, consumers);
	}

	@Override
	public PublishAck republish(RepublishPlan plan) {
		RepublishPlan now = planRepublish(plan.id());
		if (!now.equals(plan)) {
			throw new DeadLetterException(plan.id(),
					"it would reach %s of stream '%s' now, and not %s as planned; plan again".formatted(now.consumers(),
							now.stream(), plan.consumers()),
					null);
		}
		Found found = find(plan.id());
		Headers headers = DeadLetterReader.headers(found.letter());
		StreamIdentity identity = this.store.identities().get(plan.id().stream());
		headers.put(NatsHeaders.MESSAGE_ID,
				"republish:%s:%s:%d".formatted(plan.id().stream(), identity.created(), plan.id().sequence()));
		PublishAck ack = this.store.publish(plan.subject(), new OutgoingLetter(headers, found.payload(), Set.of()));
		try {
			delete(plan.id());
		}
		catch (NatsException ex) {
			throw new DeadLetterException(plan.id(),
					"it was published again as message %d of stream '%s', but could not be deleted; discard it"
						.formatted(ack.getSeqno(), ack.getStream()),
					ex);
		}
		return ack;
	}

	/**
	 * The streams where letters may be, with the subjects to look at.
	 */
	private Map<String, Set<String>> places(DeadLetterQuery query) {
		Map<String, Set<String>> places = new TreeMap<>();
		String pattern = DeadLetterSettings.defaults()
			.subjectFor(query.stream(), (query.consumer() != null) ? query.consumer() : "*");
		for (String stream : streamsOf(pattern)) {
			places.computeIfAbsent(stream, (name) -> new LinkedHashSet<>()).add(pattern);
		}
		for (DeadLetterStore.Stored stored : this.store.stored()) {
			if (stored.source().equals(query.stream())
					&& (query.consumer() == null || query.consumer().equals(stored.consumer()))) {
				places.computeIfAbsent(stored.stream(), (name) -> new LinkedHashSet<>()).add(stored.subject());
			}
		}
		if (this.resolved) {
			places.replaceAll((stream, subjects) -> Set.of(">"));
		}
		return places;
	}

	private List<DeadLetter> read(String stream, Set<String> subjects, long after, DeadLetterQuery query, int max) {
		StreamInfo info = this.store.server().findStream(stream);
		if (info == null) {
			return List.of();
		}
		// What comes in while this reads is not followed
		long last = info.getStreamState().getLastSequence();
		Map<Long, DeadLetter> letters = new TreeMap<>();
		for (String subject : subjects) {
			int found = 0;
			long next = after + 1;
			while (found < max && next <= last) {
				MessageInfo message = next(stream, next, subject);
				if (message == null) {
					break;
				}
				next = message.getSeq() + 1;
				DeadLetter letter = DeadLetterReader.read(stream, message);
				if (letter != null && query.matches(letter.origin())) {
					letters.put(message.getSeq(), letter);
					found++;
				}
			}
		}
		return letters.values().stream().limit(max).toList();
	}

	private @Nullable MessageInfo next(String stream, long sequence, String subject) {
		return this.store.askFor("read stream '%s'".formatted(stream),
				(management) -> management.getNextMessage(stream, sequence, subject),
				List.of(DeadLetterStore.NO_MESSAGE_FOUND));
	}

	private List<String> streamsOf(String subject) {
		return this.store.ask("look up the streams of subject '%s'".formatted(subject),
				(management) -> management.getStreamNames(subject));
	}

	private Found find(DeadLetterId id) {
		MessageInfo info = this.store.message(id.stream(), id.sequence());
		if (info == null) {
			throw new DeadLetterException(id, "there is no such letter; it may have been redriven or discarded", null);
		}
		DeadLetter letter = DeadLetterReader.read(id.stream(), info);
		if (letter == null) {
			throw new DeadLetterException(id, "the message at this place is no dead letter", null);
		}
		return new Found(letter, info);
	}

	private void delete(DeadLetterId id) {
		this.store.askFor("delete dead letter " + id,
				(management) -> management.deleteMessage(id.stream(), id.sequence()),
				List.of(DeadLetterStore.NO_MESSAGE_FOUND, DeadLetterStore.SEQUENCE_NOT_FOUND));
	}

	private static boolean reaches(ConsumerInfo consumer, String subject) {
		List<String> filters = consumer.getConsumerConfiguration().getFilterSubjects();
		return filters == null || filters.isEmpty()
				|| filters.stream().anyMatch((filter) -> SubjectTemplate.parse(filter).covers(subject));
	}

	/**
	 * A letter and the message that holds it.
	 */
	private final class Found {

		private final DeadLetter letter;

		private final MessageInfo info;

		Found(DeadLetter letter, MessageInfo info) {
			this.letter = letter;
			this.info = info;
		}

		DeadLetter letter() {
			return this.letter;
		}

		byte[] payload() {
			MessageInfo holder = this.letter.isReference() ? original() : this.info;
			byte[] data = holder.getData();
			return (data != null) ? data : NOTHING;
		}

		private MessageInfo original() {
			DeadLetterOrigin origin = this.letter.origin();
			MessageInfo original = DefaultDeadLetterOperations.this.store.message(origin.stream(), origin.sequence());
			// Another one may have the sequence by now, in a stream of the same name
			if (original == null || original.getTime() == null
					|| !original.getTime().toInstant().equals(origin.timestamp())) {
				throw new DeadLetterException(this.letter.id(),
						"it only refers to message %d of stream '%s', which is not there any more"
							.formatted(origin.sequence(), origin.stream()),
						null);
			}
			return original;
		}

	}

}
