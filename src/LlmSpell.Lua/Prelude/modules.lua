-- Modules written in C could do anything that the host's options forbid.
package.loadlib = nil
package.cpath = ""
package.searchers[4] = nil
package.searchers[3] = nil
