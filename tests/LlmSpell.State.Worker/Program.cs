using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using LlmSpell.State;
using LlmSpell.State.RocksDb;
using LlmSpell.State.Sqlite;

// The other process in the tests of the embedded backends. It says each step on standard output after the step is done, and
// waits for a line on standard input where a test must decide when it goes on.
string command = args[1];
string folder = args[2];
switch (command)
{
    case "create":
        Say("ready");
        Console.ReadLine();
        using (IStateBackend backend = Open())
        {
            Say(backend.ReadStatus().Store.Value);
        }

        break;

    case "save":
        using (IStateBackend backend = Open())
        {
            SaveForever(backend, scope: args[3]);
        }

        break;

    case "count":
        using (IStateBackend backend = Open())
        {
            Count(backend, scope: args[3], rounds: int.Parse(args[4], CultureInfo.InvariantCulture));
        }

        break;

    case "hold":
        using (IStateBackend backend = Open())
        using (IBackendTransaction transaction = backend.BeginTransaction())
        {
            transaction.Put(("worker", "held"), 1, [1]);
            Say("held");
            Console.ReadLine();
        }

        break;

    case "replace":
        using (IStateBackend backend = Open())
        {
            ReplaceForever(backend, int.Parse(args[3], CultureInfo.InvariantCulture));
        }

        break;

    default:
        throw new ArgumentException($"Unknown command {command}.");
}

IStateBackend Open() => args[0] == "rocksdb"
    ? RocksDbBackend.Open(new RocksDbOptions { Folder = folder })
    : SqliteBackend.Open(new SqliteOptions { Folder = folder });

static void SaveForever(IStateBackend backend, string scope)
{
    for (int i = 0; ; i++)
    {
        using (IBackendTransaction transaction = backend.BeginTransaction())
        {
            transaction.Put((scope, i.ToString(CultureInfo.InvariantCulture)), i, Encoding.UTF8.GetBytes(new string('v', i % 3_000)));
            transaction.Commit();
        }

        Say(i.ToString(CultureInfo.InvariantCulture));
    }
}

static void ReplaceForever(IStateBackend backend, int entries)
{
    for (int round = 0; ; round++)
    {
        using (IStateReplacement replacement = backend.BeginReplacement())
        {
            for (int i = 0; i < entries; i++)
            {
                byte[] value = new byte[1 + (i % 1_500)];
                Array.Fill(value, (byte)(round + i));
                replacement.Append("s"u8, Encoding.UTF8.GetBytes(i.ToString("d8", CultureInfo.InvariantCulture)), round, value);
            }

            replacement.Commit($"backup-{round}", adopt: null);
        }

        Say(round.ToString(CultureInfo.InvariantCulture));
    }
}

static void Count(IStateBackend backend, string scope, int rounds)
{
    var value = new ArrayBufferWriter<byte>();
    byte[] next = new byte[8];
    for (int i = 0; i < rounds; i++)
    {
        using (IBackendTransaction transaction = backend.BeginTransaction())
        {
            transaction.Put((scope, i.ToString(CultureInfo.InvariantCulture)), i, [1]);
            transaction.Commit();
        }

        using (IBackendTransaction transaction = backend.BeginTransaction())
        {
            value.ResetWrittenCount();
            long count = transaction.TryRead(("shared", "counter"), value, out _) ? BinaryPrimitives.ReadInt64BigEndian(value.WrittenSpan) : 0;
            BinaryPrimitives.WriteInt64BigEndian(next, count + 1);
            transaction.Put(("shared", "counter"), i, next);
            transaction.Commit();
        }
    }

    Say("done");
}

static void Say(string line)
{
    Console.Out.WriteLine(line);
    Console.Out.Flush();
}
