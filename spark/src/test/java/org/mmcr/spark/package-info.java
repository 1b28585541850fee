/** Tests of the Spark jobs, in this JVM with two threads and on a cluster of processes on the loopback interface. */
package org.mmcr.spark;
