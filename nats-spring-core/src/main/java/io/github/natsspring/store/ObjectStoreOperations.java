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
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectMeta;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;

/**
 * What can be done with an object-store bucket. Objects are stored as every client of
 * NATS stores them.
 * <p>
 * Any method throws {@link BucketNotFoundException} if the bucket is not on the server,
 * {@link ObjectStoreException} if the server did not answer or refused,
 * {@link io.github.natsspring.connection.NatsException} if there is no connection, and
 * {@code IllegalArgumentException} for an empty name.
 */
public interface ObjectStoreOperations {

	/**
	 * The name of the bucket.
	 * @return the bucket
	 */
	String getBucket();

	/**
	 * Store an object, in place of one of this name. Readers see the old one until the
	 * new one is complete. When it fails, nothing of the new one stays.
	 * @param name the name, which may be any text
	 * @param content the content, read to its end and not closed
	 * @return the description of the object
	 * @throws IOException if the content cannot be read
	 * @throws ObjectStoreOutcomeUnknownException if no confirmation came in time: the old
	 * or the new one is there
	 */
	ObjectInfo put(String name, InputStream content) throws IOException;

	/**
	 * Store an object with headers, metadata, a description or another size of chunks.
	 * @param meta what is known of the object
	 * @param content the content, read to its end and not closed
	 * @return the description of the object
	 * @throws IOException if the content cannot be read
	 * @see #put(String, InputStream)
	 */
	ObjectInfo put(ObjectMeta meta, InputStream content) throws IOException;

	/**
	 * Store the content of a resource.
	 * @param name the name
	 * @param content the content
	 * @return the description of the object
	 * @throws IOException if the content cannot be read
	 * @see #put(String, InputStream)
	 */
	ObjectInfo put(String name, Resource content) throws IOException;

	/**
	 * Store a file.
	 * @param name the name
	 * @param content the file
	 * @return the description of the object
	 * @throws IOException if the file cannot be read
	 * @see #put(String, InputStream)
	 */
	ObjectInfo put(String name, Path content) throws IOException;

	/**
	 * Read an object.
	 * @param name the name of the object, or of a link to one
	 * @return the content with its description, to be closed
	 * @throws ObjectNotFoundException if there is no such object
	 */
	ObjectDownload get(String name);

	/**
	 * The description of an object.
	 * @param name the name
	 * @return the description, also of a link, or {@code null} if there is no such object
	 */
	@Nullable ObjectInfo getInfo(String name);

	/**
	 * The descriptions of all objects and links.
	 * @return the descriptions in the order of their last change; all of them, else an
	 * exception
	 */
	List<ObjectInfo> list();

	/**
	 * Delete an object or a link.
	 * @param name the name
	 * @return whether there was one
	 * @throws ObjectStoreOutcomeUnknownException if no confirmation came in time
	 */
	boolean delete(String name);

	/**
	 * Make a link to an object, in place of a link of this name.
	 * @param name the name of the link
	 * @param target the object, of this bucket or another one
	 * @return the description of the link
	 * @throws IllegalArgumentException if the target is deleted or a link, or there is an
	 * object of this name
	 */
	ObjectInfo link(String name, ObjectInfo target);

	/**
	 * Make a link to a bucket, in place of a link of this name.
	 * @param name the name of the link
	 * @param targetBucket the name of the bucket
	 * @return the description of the link
	 * @throws IllegalArgumentException if there is an object of this name
	 */
	ObjectInfo linkBucket(String name, String targetBucket);

}
