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

package io.github.natsspring.boot.autoconfigure;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.io.ApplicationResourceLoader;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;

/**
 * Reads secrets from where a property says, and complains about it without showing any of
 * them.
 */
final class SecretResource {

	private static final Log logger = LogFactory.getLog(SecretResource.class);

	private static final String INLINE = "-----BEGIN";

	// What an NKey seed, and the beginning of a JWT, look like
	private static final Pattern BARE = Pattern.compile("\\s*(S[A-Z][A-Z2-7]{40,}|eyJ[\\w-]{10,}\\..*)\\s*",
			Pattern.DOTALL);

	// An absolute path, one that begins with a dot, or one with an extension
	private static final Pattern PATH = Pattern
		.compile("([/.\\\\~].*|[A-Za-z]:[/\\\\].*|[\\w ./\\\\-]{1,80}\\.[a-z]{1,8})");

	private static final String ACTION = "Correct %s, or the file.";

	private final String property;

	private final Resource resource;

	SecretResource(String property, Resource resource) {
		this.property = property;
		this.resource = resource;
	}

	static SecretResource of(String property, String location) {
		return new SecretResource(property, resolve(location));
	}

	/**
	 * A resource for a path, a location with a prefix such as {@code classpath:}, or the
	 * content itself.
	 */
	static Resource resolve(String location) {
		if (location.contains(INLINE) || BARE.matcher(location).matches()) {
			return new ByteArrayResource(location.getBytes(StandardCharsets.UTF_8), "inline value");
		}
		return ApplicationResourceLoader.get(new DefaultResourceLoader(), true).getResource(location);
	}

	/**
	 * Read all of it.
	 * @return the bytes, for the caller to overwrite
	 * @throws InvalidNatsPropertyException if it cannot be read
	 */
	byte[] read() {
		try {
			return this.resource.getContentAsByteArray();
		}
		catch (FileNotFoundException | NoSuchFileException ex) {
			throw refused(this.resource.exists() ? "cannot be read" : "does not exist");
		}
		catch (IOException ex) {
			throw refused("cannot be read");
		}
	}

	/**
	 * Read a secret that stands alone.
	 */
	String readLine() {
		String secret = new String(read(), StandardCharsets.UTF_8).strip();
		if (secret.isEmpty()) {
			throw refused("is empty");
		}
		return secret;
	}

	InvalidNatsPropertyException refused(String reason) {
		return refused(reason, ACTION.formatted(this.property));
	}

	InvalidNatsPropertyException refused(String reason, String action) {
		return new InvalidNatsPropertyException(this.property, description(), reason, action);
	}

	private @Nullable String description() {
		// Others may be made of the secret itself
		return isFileOrUrl() ? this.resource.getDescription() : null;
	}

	private boolean isFileOrUrl() {
		if (this.resource instanceof ByteArrayResource) {
			return false;
		}
		if (this.resource instanceof FileSystemResource file && !PATH.matcher(file.getPath()).matches()) {
			// May be a secret where a location is expected
			return false;
		}
		return this.resource.getFilename() != null;
	}

	/**
	 * Warn of a file that every user of the machine can read.
	 */
	void warnIfWorldReadable() {
		try {
			if (!this.resource.isFile()) {
				return;
			}
			Path path = this.resource.getFile().toPath();
			if (path.getFileSystem().supportedFileAttributeViews().contains("posix")
					&& Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ)) {
				logger.warn("%s '%s' can be read by every user of this machine; take that right away (chmod 600)"
					.formatted(this.property, path));
			}
		}
		catch (IOException | UnsupportedOperationException ex) {
			logger.debug("The rights of %s are not known".formatted(this.property));
		}
	}

}
