using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LlmSpell.Bench;

/// <summary>A redis-server of our own in a folder of its own, which saves nothing unless asked for.</summary>
internal sealed class RedisServer : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(10);

    private readonly ServerProcess _process;
    private readonly EndPoint _address;

    /// <summary>Starts it on what the folder holds, and waits until it has loaded that.</summary>
    /// <param name="folder">Where its files lie.</param>
    /// <param name="overTcp">Whether it listens on a free port of the loopback address; else on a Unix socket only.</param>
    /// <param name="appendOnly">Whether it writes each command to its append-only file, which it then loads at the start.</param>
    internal RedisServer(string folder, bool overTcp = false, bool appendOnly = false)
    {
        IPEndPoint? port = overTcp ? FreePort() : null;
        string socket = Path.Combine(folder, "s");
        _address = port is null ? new UnixDomainSocketEndPoint(socket) : port;
        string[] listen = port is null
            ? ["--port", "0", "--unixsocket", socket]
            : ["--port", port.Port.ToString(CultureInfo.InvariantCulture), "--bind", port.Address.ToString()];
        _process = new ServerProcess(new Command(
            "redis-server", [.. listen, "--dir", folder, "--save", "", "--appendonly", appendOnly ? "yes" : "no", "--daemonize", "no"])
        {
            WorkingFolder = folder,
        });
        try
        {
            _process.WaitUntil(HasLoaded, StartLimit);
            Connection = Connect();
        }
        catch
        {
            _process.Dispose();
            throw;
        }
    }

    internal RedisConnection Connection { get; }

    internal double ProcessorSeconds => _process.ProcessorSeconds;

    internal long LargestBytes => _process.LargestBytes;

    /// <summary>Another connection, for another thread.</summary>
    internal RedisConnection Connect() => new(_address);

    public void Dispose()
    {
        Connection.Dispose();
        _process.Dispose();
    }

    // Another program may take the port before the server does, which then says so and ends.
    private static IPEndPoint FreePort()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)probe.LocalEndPoint!;
    }

    private bool HasLoaded()
    {
        try
        {
            using RedisConnection connection = Connect();
            return connection.CallText("PING") == "PONG";
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
