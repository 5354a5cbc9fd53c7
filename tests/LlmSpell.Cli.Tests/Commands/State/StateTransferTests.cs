using System.Text;
using System.Text.Json;
using LlmSpell.Cli.Commands.State;
using LlmSpell.Cli.Commands.State.Transfer;
using LlmSpell.State;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Commands.State;

public sealed class StateTransferTests(ITestOutputHelper output) : IDisposable
{
    private readonly CommandLineFixture _fixture = new();
    private readonly CommandLineFixture _other = new();

    public void Dispose()
    {
        _fixture.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData("none.ndjson", 4, "there is no file ")]
    [InlineData("none/there.ndjson", 4, "there is no file ")]
    [InlineData(".", 2, " is a folder; ")]
    public async Task A_file_that_cannot_be_imported_is_named_with_what_to_do(string file, int code, string message)
    {
        string error = (await _fixture.RunAsync("state", "import", file)).FailedWith(code);

        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Contains("nothing was imported\nhint: Name a file", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_the_state_that_takes_no_file_is_named_with_what_to_do()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "needs a folder that not even root can write to");
        _fixture.Write("llmspell.toml", "[runtime.state_persistence]\npath = \"/proc/self/none\"\n");

        string error = (await _fixture.RunAsync("state", "import", "--dry-run")).FailedWith(7);

        Assert.StartsWith("llmspell: cannot keep the entries that are read in /proc/self: ", error, StringComparison.Ordinal);
        Assert.Contains("; nothing was imported\nhint: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_replaces_a_state_by_nothing(bool dryRun)
    {
        _fixture.Save("a", "k", true);
        _fixture.Input = "";

        string error = (await _fixture.RunAsync(["state", "import", "--replace", "--yes", .. dryRun ? ["--dry-run"] : Array.Empty<string>()])).FailedWith(2);

        Assert.Contains("no entries", error, StringComparison.Ordinal);
        Assert.Equal("true\n", (await _fixture.RunAsync("state", "get", "a", "k")).Done().Output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_exported_and_imported_has_the_same_fingerprint(bool replace)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        using (StateStore store = _fixture.OpenStore())
        {
            store.Transact(transaction =>
            {
                for (int i = 0; i < 3_000; i++)
                {
                    transaction.Save((Name(random, 20), Name(random, 40)), AnyValue(random));
                }
            });
        }

        await ExportAsync();
        _other.Save("z", "mine", 1L);
        _other.Input = await File.ReadAllTextAsync(Path.Combine(_fixture.Folder, "e.ndjson"), TestContext.Current.CancellationToken);
        if (!replace)
        {
            (await _other.RunAsync("state", "delete", "z", "mine")).Done();
        }

        (await _other.RunAsync(replace ? ["state", "import", "-", "--replace", "--yes"] : ["state", "import"])).Done();

        using StateStore from = _fixture.OpenStore();
        using StateStore to = _other.OpenStore();
        Assert.Equal(from.ReadStatus().Fingerprint, to.ReadStatus().Fingerprint);
        Assert.Equal(from.ReadStatus().Entries, to.ReadStatus().Entries);
        StateContent.Read(to);
        Assert.True(to.Check(TestContext.Current.CancellationToken).IsSound);
        if (replace)
        {
            Assert.Equal(Times(from), Times(to));
        }
    }

    [Fact]
    public async Task Each_line_is_one_entry_in_order_and_plain_JSON()
    {
        _fixture.Save("user:1", "name", "Ada");
        _fixture.Save("b", "z", StateValue.Map([new("$x", 1), new(2, true)]));
        _fixture.Save("b", "a", 1.0);

        string[] lines = (await _fixture.RunAsync("state", "export")).Done().Output.Split('\n');

        Assert.StartsWith("{\"scope\":\"b\",\"key\":\"a\",\"value\":1.0,\"modified_at\":\"20", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("{\"scope\":\"b\",\"key\":\"z\",\"value\":{\"$map\":[[\"$x\",1],[2,true]]},", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("{\"scope\":\"user:1\",\"key\":\"name\",\"value\":\"Ada\",", lines[2], StringComparison.Ordinal);
        Assert.Equal(["", ""], [lines[3], string.Concat(lines[4..])]);
        Assert.All(lines[..3], line => Assert.Equal(4, JsonDocument.Parse(line).RootElement.EnumerateObject().Count()));
    }

    // Written by other programs: an integer in more bytes than it needs, a float of 32 bits, a key twice, a NaN with a payload.
    [Theory]
    [InlineData("CD0001")]
    [InlineData("CA3F800000")]
    [InlineData("82A16101A16102")]
    [InlineData("CB7FF8000000000000")]
    [InlineData("D90161")]
    [InlineData("DC000101")]
    public async Task Bytes_that_JSON_would_not_give_back_are_kept_as_they_are(string hex)
    {
        var value = StateValue.FromMessagePack(Convert.FromHexString(hex));
        _fixture.Save("s", "k", value);

        string line = (await _fixture.RunAsync("state", "export")).Done().Output;
        Assert.Contains("{\"$msgpack\":", line, StringComparison.Ordinal);
        _other.Input = line;
        (await _other.RunAsync("state", "import")).Done();

        using StateStore store = _other.OpenStore();
        Assert.Equal(hex, Convert.ToHexString(store.Load(("s", "k"))!.Bytes.Span));
    }

    [Fact]
    public async Task Scope_and_prefix_choose_entries_on_both_sides()
    {
        foreach ((string scope, string key) in ((string, string)[])[("a", "x1"), ("a", "y"), ("b", "x2"), ("b", "z")])
        {
            _fixture.Save(scope, key, 1L);
        }

        Assert.Equal(["a/x1", "a/y"], await ExportedAsync("--scope", "a"));
        Assert.Equal(["b/x2"], await ExportedAsync("--scope", "b", "--prefix", "x"));
        Assert.Equal(["a/x1", "b/x2"], await ExportedAsync("--prefix", "x"));
        Assert.Empty(await ExportedAsync("--scope", "c"));

        await ExportAsync();
        string file = Path.Combine(_fixture.Folder, "e.ndjson");
        CommandOutcome json = (await _other.RunAsync("state", "import", file, "--prefix", "x", "--output", "json")).Done();
        JsonShape.AssertAsDocumented("state import", json.Json);
        Assert.Equal((2, 2, 2), (Number(json, "entries"), Number(json, "added"), Number(json, "skipped")));
        Assert.Equal("a\nb\n", (await _other.RunAsync("state", "scopes")).Done().Output);
    }

    [Fact]
    public async Task Import_says_what_it_added_and_changed_and_leaves_the_same_alone()
    {
        _fixture.Save("s", "same", 1L);
        _fixture.Save("s", "other", 1L);
        long before = Times(_fixture)["s/same"];
        _fixture.Input = """
            {"scope":"s","key":"new","value":3}

            {"scope":"s","key":"same","value":1,"modified_at":"2001-01-01T00:00:00Z"}
              {"key":"other","modified_at":5,"value":2,"scope":"s"}
            """;

        Assert.Equal(
            "would import 3 entries from standard input: 1 added, 1 changed, 1 the same as before\n",
            (await _fixture.RunAsync("state", "import", "--dry-run")).Done().Output);
        Assert.Equal("1\n", (await _fixture.RunAsync("state", "get", "s", "other")).Done().Output);
        Assert.Equal(
            "imported 3 entries from standard input: 1 added, 1 changed, 1 the same as before\n", (await _fixture.RunAsync("state", "import", "-")).Done().Output);

        Assert.Equal("2\n", (await _fixture.RunAsync("state", "get", "s", "other")).Done().Output);
        Dictionary<string, long> times = Times(_fixture);
        Assert.Equal(before, times["s/same"]);
        Assert.True(times["s/other"] > before);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--dry-run")]
    public async Task Each_line_for_an_entry_counts_as_what_it_does_after_the_one_before_in_a_dry_run_too(string option)
    {
        _fixture.Save("s", "there", 1L);
        _fixture.Input = string.Concat(((string[])["there", "there", "new", "new", "new"]).Zip((int[])[2, 1, 1, 2, 2], (key, value) =>
            $"{{\"scope\":\"s\",\"key\":\"{key}\",\"value\":{value}}}\n"));

        string[] command = ["state", "import", .. option.Length > 0 ? [option] : Array.Empty<string>()];
        Assert.EndsWith(
            "5 entries from standard input: 1 added, 3 changed, 1 the same as before\n", (await _fixture.RunAsync(command)).Done().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_later_of_two_lines_for_one_entry_wins()
    {
        _fixture.Input = "{\"scope\":\"s\",\"key\":\"k\",\"value\":1}\r\n{\"scope\":\"a\",\"key\":\"k\",\"value\":1}\r\n{\"scope\":\"s\",\"key\":\"k\",\"value\":2}";

        (await _fixture.RunAsync("state", "import")).Done();

        Assert.Equal("2\n", (await _fixture.RunAsync("state", "get", "s", "k")).Done().Output);
    }

    [Theory]
    [InlineData("{\"scope\":\"s\",\"key\":\"k\",\"value\":nul}", 35, "nul")]
    [InlineData("{\"scope\":\"s\",\"key\":\"k\",\"value\":null}", 32, "null is not a value")]
    [InlineData("{\"scope\":\"s\",\"key\":\"k\"}", 23, "no value")]
    [InlineData("{\"key\":\"k\"}", 11, "no scope and value")]
    [InlineData("{\"scope\":\"s\",\"key\":\"\",\"value\":1}", 20, "key is empty")]
    [InlineData("{\"scope\":\"a\\u0000\",\"key\":\"k\",\"value\":1}", 10, "NUL")]
    [InlineData("{\"scope\":1,\"key\":\"k\",\"value\":1}", 10, "scope is not a string")]
    [InlineData("{\"scope\":\"s\",\"key\":\"k\",\"value\":1,\"ttl\":5}", 34, "ttl is not a field")]
    [InlineData("{\"scope\":\"s\",\"scope\":\"t\",\"key\":\"k\",\"value\":1}", 14, "stands twice")]
    [InlineData("{\"scope\":\"s\",\"key\":\"k\",\"value\":1,\"modified_at\":\"soon\"}", 48, "modified_at is a time")]
    [InlineData("{\"scope\":\"s\",\"key\":\"k\",\"value\":1,\"modified_at\":\"12:00\"}", 48, "modified_at is a time")]
    [InlineData("{\"scope\":\"s\",\"key\":\"k\",\"value\":1,\"modified_at\":\"3/1/2026\"}", 48, "modified_at is a time")]
    [InlineData("{\"scope\":\"s\",\"key\":\"k\",\"value\":1,\"modified_at\":\"1969-12-31T23:59:59Z\"}", 48, "has the time -1000000")]
    [InlineData("{\"scope\":\"s\",\"key\":\"k\",\"value\":1,\"modified_at\":253402300800000000}", 48, "has the time 253402300800000000")]
    [InlineData("{\"scope\":\"s\",\"key\":\"k\",\"value\":1} {}", 35, "")]
    [InlineData("[1]", 1, "a line is an object")]
    [InlineData("{\"scope\":\"s\",\"key\":\"k\",\"val", 28, "")]
    [InlineData("{\"error\":{\"kind\":\"interrupted\"}}", 2, "did not come to its end")]
    [InlineData("{\"scope\":\"s\",\"key\":\"k\",\"value\":{\"a\":1,\"a\":2}}", 39, "same key stands twice")]
    public async Task A_bad_line_is_named_and_nothing_is_stored(string line, int place, string message)
    {
        _fixture.Save("s", "k", 1L);
        string file = _fixture.Write("in.ndjson", $"{{\"scope\":\"s\",\"key\":\"good\",\"value\":1}}\n\n{line}\n");

        string error = (await _fixture.RunAsync("state", "import", "in.ndjson")).FailedWith(2);

        Assert.StartsWith($"llmspell: in.ndjson, line 3, byte {place}: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Contains("nothing was imported", error, StringComparison.Ordinal);
        Assert.Equal("k\n", (await _fixture.RunAsync("state", "list", "s")).Done().Output);
        Assert.Equal([".llmspell", "in.ndjson"], Directory.EnumerateFileSystemEntries(_fixture.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["state.db"], Directory.EnumerateFileSystemEntries(Path.Combine(_fixture.Folder, ".llmspell")).Select(Path.GetFileName));
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task A_bad_line_before_there_is_a_state_makes_none()
    {
        _fixture.Input = "{}";

        (await _fixture.RunAsync("state", "import")).FailedWith(2);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_fixture.Folder));
    }

    [Fact]
    public async Task A_line_over_the_limit_is_refused_without_being_read_whole()
    {
        _fixture.Write("llmspell.toml", "[runtime.state_persistence]\nmax_state_size_bytes = 1024\n");
        _fixture.OpenInput = static () => new EndlessStream();

        Assert.Contains("line 1, byte 1: the line is longer than", (await _fixture.RunAsync("state", "import")).FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replace_is_refused_for_lines_out_of_order_and_with_a_filter()
    {
        _fixture.Save("s", "k", 1L);
        foreach (string second in (string[])["a", "b"])
        {
            _fixture.Input = $"{{\"scope\":\"b\",\"key\":\"b\",\"value\":1}}\n{{\"scope\":\"b\",\"key\":\"{second}\",\"value\":1}}\n";
            Assert.Contains(
                $"line 2: b/{second} does not come after", (await _fixture.RunAsync("state", "import", "--replace", "--yes")).FailedWith(2), StringComparison.Ordinal);
        }

        (await _fixture.RunAsync("state", "import", "--replace", "--scope", "b", "--yes")).FailedWith(2);
        Assert.Equal("s\n", (await _fixture.RunAsync("state", "scopes")).Done().Output);
    }

    [Fact]
    public async Task Replace_asks_and_its_safety_backup_brings_the_state_back()
    {
        _fixture.Save("s", "old", 1L);
        _fixture.Write("in.ndjson", "{\"scope\":\"t\",\"key\":\"new\",\"value\":1,\"modified_at\":\"2001-02-03T04:05:06.000007Z\"}\n");

        Assert.Contains("replace the state", (await _fixture.RunAsync("state", "import", "in.ndjson", "--replace")).FailedWith(2), StringComparison.Ordinal);
        CommandOutcome dry = (await _fixture.RunAsync("state", "import", "in.ndjson", "--replace", "--dry-run")).Done();
        Assert.Equal("would replace 1 entry by 1 entry from in.ndjson\n", dry.Output);
        CommandOutcome json = (await _fixture.RunAsync("state", "import", "in.ndjson", "--replace", "--yes", "--output", "json")).Done();
        JsonShape.AssertAsDocumented("state import", json.Json);
        Assert.Equal((1, 1), (Number(json, "added"), Number(json, "replaced_entries")));
        Assert.Equal("t\n", (await _fixture.RunAsync("state", "scopes")).Done().Output);
        Assert.Contains("\"2001-02-03T04:05:06.000007Z\"", (await _fixture.RunAsync("state", "export")).Done().Output, StringComparison.Ordinal);

        string safety = json.Json.GetProperty("safety_backup").GetProperty("id").GetString()!;
        (await _fixture.RunAsync("backup", "restore", safety, "--yes")).Done();
        Assert.Equal("s\n", (await _fixture.RunAsync("state", "scopes")).Done().Output);
    }

    [Fact]
    public async Task After_a_replacing_import_an_incremental_backup_is_full_and_restores()
    {
        _fixture.Save("s", "old", 1L);
        (await _fixture.RunAsync("backup", "create")).Done();
        _fixture.Write("in.ndjson", "{\"scope\":\"t\",\"key\":\"new\",\"value\":1}\n");
        (await _fixture.RunAsync("state", "import", "in.ndjson", "--replace", "--yes")).Done();

        CommandOutcome backup = (await _fixture.RunAsync("backup", "create", "--incremental", "--output", "json")).Done();

        Assert.Equal("full", backup.Json.GetProperty("backup").GetProperty("kind").GetString());
        _fixture.Save("u", "k", 1L);
        (await _fixture.RunAsync("backup", "restore", "latest", "--yes")).Done();
        Assert.Equal("t\n", (await _fixture.RunAsync("state", "scopes")).Done().Output);
    }

    [Fact]
    public async Task Export_to_a_file_that_is_there_leaves_it()
    {
        _fixture.Save("s", "k", 1L);
        string file = _fixture.Write("e.ndjson", "mine");

        Assert.Contains("exists already", (await _fixture.RunAsync("state", "export", "e.ndjson")).FailedWith(2), StringComparison.Ordinal);

        Assert.Equal("mine", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Export_to_a_file_says_so_and_to_standard_output_takes_no_document()
    {
        _fixture.Save("s", "k", 1L);

        CommandOutcome json = (await _fixture.RunAsync("state", "export", "e.ndjson", "--output", "json")).Done();
        JsonShape.AssertAsDocumented("state export", json.Json);
        Assert.Equal(new FileInfo(Path.Combine(_fixture.Folder, "e.ndjson")).Length, Number(json, "bytes"));

        CommandOutcome refused = await _fixture.RunAsync("state", "export", "--output", "json");
        Assert.Equal("usage", refused.Json.GetProperty("error").GetProperty("kind").GetString());
    }

    [Fact]
    public async Task An_interrupted_export_leaves_no_file_and_an_interrupted_import_no_entry()
    {
        _fixture.Save("s", "k", 1L);
        _fixture.Interrupt = new CancellationToken(canceled: true);

        Assert.Equal(130, (await _fixture.RunAsync("state", "export", "e.ndjson")).Code);
        CommandOutcome stream = await _fixture.RunAsync("state", "export");
        Assert.Equal((130, "\n{\"error\":{\"kind\":\"interrupted\",\"message\":\"interrupted\"}}\n"), (stream.Code, stream.Output));
        _fixture.Input = "{\"scope\":\"t\",\"key\":\"k\",\"value\":1}\n";
        Assert.Equal(130, (await _fixture.RunAsync("state", "import")).Code);

        _fixture.Interrupt = CancellationToken.None;
        Assert.Equal("s\n", (await _fixture.RunAsync("state", "scopes")).Done().Output);
        Assert.Equal([".llmspell"], Directory.EnumerateFileSystemEntries(_fixture.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_export_that_is_killed_never_ends_where_a_line_does()
    {
        using StateStore store = _fixture.OpenStore();
        store.Transact(transaction =>
        {
            for (int i = 0; i < 3_000; i++)
            {
                transaction.Save(("s", $"{i}"), new string('x', 500));
            }
        });
        List<byte[]> blocks = [];
        using IStateSnapshot snapshot = store.OpenSnapshot();

        ExportStream written = await ExportStream.WriteAsync(
            snapshot, new EntryFilter(null, null),
            block =>
            {
                blocks.Add(block.ToArray());
                return ValueTask.CompletedTask;
            },
            new Progress<long>(), TestContext.Current.CancellationToken);

        Assert.True(blocks.Count > 3);
        Assert.All(blocks.SkipLast(1), block => Assert.NotEqual((byte)'\n', block[^1]));
        Assert.All(blocks.SkipLast(1), block => Assert.NotEqual((byte)'}', block[^1]));
        Assert.Equal((byte)'\n', blocks[^1][^1]);
        Assert.Equal((3_000, blocks.Sum(block => (long)block.Length)), (written.Entries, written.Bytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-62_135_596_800_000_000)]
    [InlineData(253_402_300_799_999_999)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(1_772_366_400_123_456)]
    public void Every_time_that_an_entry_can_carry_comes_back(long microseconds)
    {
        Assert.True(StateTime.TryParse(StateTime.Exact(microseconds), out long parsed));
        Assert.Equal(microseconds, parsed);
        Assert.InRange(StateTime.Moment(microseconds), DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
    }

    [Theory]
    [InlineData("2026-03-01")]
    [InlineData("2026-03-01T00:00Z")]
    [InlineData("2026-03-01T01:00:00+01:00")]
    [InlineData("2026-03-01T00:00:00")]
    [InlineData("2026-02-28T23:00:00.000000000-01:00")]
    public void A_time_may_be_written_in_any_way_that_ISO_8601_has(string text)
    {
        Assert.True(StateTime.TryParse(text, out long microseconds));
        Assert.Equal(1_772_323_200_000_000, microseconds);
    }

    private async Task ExportAsync() => (await _fixture.RunAsync("state", "export", "e.ndjson")).Done();

    private async Task<string[]> ExportedAsync(params string[] options)
    {
        string output = (await _fixture.RunAsync(["state", "export", .. options])).Done().Output;
        return
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Select(entry => $"{entry.GetProperty("scope").GetString()}/{entry.GetProperty("key").GetString()}"),
        ];
    }

    private static long Number(CommandOutcome outcome, string name) => outcome.Json.GetProperty(name).GetInt64();

    private static Dictionary<string, long> Times(CommandLineFixture fixture)
    {
        using StateStore store = fixture.OpenStore();
        return Times(store);
    }

    private static Dictionary<string, long> Times(StateStore store)
    {
        Dictionary<string, long> times = [];
        using IStateSnapshot snapshot = store.OpenSnapshot();
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        while (cursor.MoveNext())
        {
            times.Add(new StateKey(cursor.Scope, cursor.Key).ToString(), cursor.ModifiedAt);
        }

        return times;
    }

    private static string Name(Random random, int longest)
    {
        StringBuilder name = new();
        for (int left = random.Next(1, longest); left > 0; left--)
        {
            name.Append(random.Next(4) switch
            {
                0 => (char)random.Next(1, 0x20),
                1 => (char)random.Next(0x20, 0x80),
                2 => (char)random.Next(0xE000, 0xFFFE),
                _ => new Rune(random.Next(0x10000, 0x110000)).ToString(),
            });
        }

        return name.ToString();
    }

    private static StateValue AnyValue(Random random)
    {
        StateValue[] values =
        [
            random.NextInt64(), random.NextDouble(), double.NaN, -0.0, Name(random, 300), StateValue.From(Encoding.UTF8.GetBytes(Name(random, 9)).AsSpan(0, 1)),
            StateValue.Array([.. Enumerable.Range(0, random.Next(30)).Select(i => (StateValue)i)]), StateValue.Map(new Dictionary<string, StateValue> { [Name(random, 5)] = Name(random, 2000) }),
            StateValue.FromMessagePack([0xCD, 0, (byte)random.Next(256)]), StateValue.FromMessagePack([0xCB, 0x7F, 0xF8, 0, 0, 0, 0, 0, (byte)random.Next(256)]),
        ];
        return values[random.Next(values.Length)];
    }

    /// <summary>Blanks for ever.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)' ');
            return buffer.Length;
        }
    }
}
