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

import java.util.List;

import io.nats.client.api.PublishAck;

/**
 * Lists dead letters, runs them again and discards them. Reads directly from their
 * streams and leaves no consumer behind. Every method asks the server and waits for its
 * request timeout, so none may be called on a thread of jnats; all throw
 * {@link io.github.natsspring.connection.NatsException} if the server does not answer or
 * refuses. Safe for use by many threads; but when two redrive the same letter at once, it
 * may be handled twice.
 */
public interface DeadLetterOperations {

	/**
	 * List dead letters. One request for each letter of the streams looked at.
	 * @param query which ones
	 * @return the letters; empty if there are none, or no stream for them. Looked at are
	 * the streams that capture the default subject, and those that this application has
	 * stored letters in
	 */
	List<DeadLetter> list(DeadLetterQuery query);

	/**
	 * Count dead letters without reading them: what is stored under their subjects, and
	 * so also what is there and no letter. A few requests, however many there are.
	 * @param stream the stream of the originals
	 * @return the number of messages; 0 if there is no stream for them. With a
	 * {@link DeadLetterDestinationResolver}, all messages of the streams that may hold
	 * some
	 */
	long count(String stream);

	/**
	 * Look at one letter.
	 * @param id the letter
	 * @return the letter
	 * @throws DeadLetterException if there is no such letter, or the message there is
	 * none
	 */
	DeadLetter inspect(DeadLetterId id);

	/**
	 * The bytes of the original.
	 * @param id the letter
	 * @return the bytes; if the letter only refers to its original, those of the original
	 * @throws DeadLetterException if there is no such letter, or it refers to an original
	 * that its stream does not have any more
	 */
	byte[] payload(DeadLetterId id);

	/**
	 * Delete a letter for good.
	 * @param id the letter
	 * @throws DeadLetterException if there is no such letter, or the message there is
	 * none
	 */
	void discard(DeadLetterId id);

	/**
	 * Hand a letter to the listener that failed, with the original subject, headers and
	 * bytes, on the calling thread; when it has succeeded, delete the letter. No other
	 * listener sees it, and the consumer is not asked: limits on what is in flight,
	 * ordering and retries do not apply. An original that was kept because the letter
	 * only refers to it is still delivered by its consumer. A listener that works on or
	 * settles after it returned is waited for as long as its messages are kept in
	 * progress ({@code ack-extension.max-duration}, 30 minutes by default); when it
	 * succeeds after that, or after this thread was interrupted, the letter is deleted
	 * then.
	 * @param id the letter
	 * @throws DeadLetterException if there is no such letter, its listener is not in this
	 * application, or it failed again (then with its exception as the cause; the letter
	 * is kept as it is); also if the listener succeeded and the letter could not be
	 * deleted, or if it has not ended in time
	 */
	void redrive(DeadLetterId id);

	/**
	 * Redrive one letter after the other, and go on when one fails for whatever reason.
	 * After a failure while the connection is lost or this thread is interrupted it ends,
	 * and the letters behind that one are not tried.
	 * @param query which ones
	 * @return what became of those that were tried
	 */
	RedriveResult redriveAll(DeadLetterQuery query);

	/**
	 * Find out whom a letter would reach if it were published to its original subject
	 * again: not only the listener that failed, but every consumer of the stream whose
	 * filter lets it through.
	 * @param id the letter
	 * @return the plan for {@link #republish}
	 * @throws DeadLetterException if there is no such letter, or no stream captures the
	 * original subject
	 */
	RepublishPlan planRepublish(DeadLetterId id);

	/**
	 * Publish a letter to its original subject again, and delete it once that is stored.
	 * It is published under a message id made of its own place and time, so that trying
	 * again does not store it twice within the duplicate window of the stream.
	 * @param plan whom it will reach
	 * @return the confirmation of the stream
	 * @throws DeadLetterException if the consumers it would reach are no longer those of
	 * the plan, if there is no such letter, if it was stored and could not be deleted, or
	 * if the stream says that it has it already and does not (any more); the letter is
	 * kept then
	 */
	PublishAck republish(RepublishPlan plan);

}
