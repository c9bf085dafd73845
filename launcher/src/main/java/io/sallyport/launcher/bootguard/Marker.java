package io.sallyport.launcher.bootguard;

import java.util.List;

/**
 * Who is starting. On the disk it outlives the process, if that dies.
 *
 * @param at since when, in milliseconds since 1970
 * @param bundles who; none when the file is there but cannot be read
 */
record Marker(long at, List<StackBundle> bundles) {}
