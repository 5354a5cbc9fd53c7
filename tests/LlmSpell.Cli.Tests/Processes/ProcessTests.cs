using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Processes;

public sealed class ProcessTests : IDisposable
{
    private const int Interrupted = 130;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_one_process_saves_the_next_one_loads()
    {
        (int Code, string Output, string Error) save = await Start("exec", "State.save('global', 'n', 41) print('saved')").EndAsync();
        Assert.Equal((0, "saved\n", ""), save);

        (int Code, string Output, string Error) load = await Start("exec", "print(State.load('global', 'n') + 1)").EndAsync();
        Assert.Equal((0, "42\n", ""), load);
        Assert.Equal((0, "41\n", ""), await Start("state", "get", "global", "n").EndAsync());
    }

    [Theory]
    [InlineData("os.exit(9)", 9)]
    [InlineData("os.exit(true)", 0)]
    [InlineData("os.exit(false)", 1)]
    [InlineData("error('x')", 1)]
    public async Task The_exit_code_of_a_script_is_that_of_the_process(string end, int code)
    {
        (int actual, string output, _) = await Start("exec", $"State.save('global', 'x', 1) io.write('partial') {end}").EndAsync();

        Assert.Equal(code, actual);
        Assert.Equal("partial", output);
        Assert.Equal((0, "1\n", ""), await Start("state", "get", "global", "x").EndAsync());
    }

    [Theory]
    [InlineData("echo \"print('from a file')\" > s.lua; $LLMSPELL run - < s.lua", 0, "from a file\n")]
    [InlineData("$LLMSPELL run - </dev/null", 0, "")]
    [InlineData("echo '{\"scope\":\"a\",\"key\":\"k\",\"value\":1}' > in; $LLMSPELL state import < in >/dev/null; $LLMSPELL state get a k", 0, "1\n")]
    [InlineData("$LLMSPELL --output json config show >/dev/full 2>/dev/null", 7, "")]
    [InlineData("$LLMSPELL config show >/dev/full 2>/dev/null", 7, "")]
    [InlineData("$LLMSPELL rnu 2>/dev/full", 2, "")]
    [InlineData("$LLMSPELL exec 'error(1)' 2>/dev/full", 1, "")]
    public async Task Any_standard_stream_will_do(string line, int code, string output)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("needs /dev/full");
        }

        string program = $"LLMSPELL='dotnet {CommandLineProcess.Program}'; ";

        Assert.Equal((code, output, ""), await CommandLineProcess.Shell(_folder.Path, program + line).EndAsync());
    }

    [Theory]
    [InlineData("exec 'print(pcall(io.read, 5))' <&-", 0, "true\tnil\tBad file descriptor\t9\n", "")]
    [InlineData("exec 'io.stderr:write(tostring(io.write(1):flush()))' >&-", 0, "", "nil")]
    [InlineData("exec 'print(select(2, io.stderr:write(1)))' 2>&-", 0, "Bad file descriptor\t9\n", "")]
    [InlineData("state import <&-", 7, "", "llmspell: cannot read standard input: Bad file descriptor\nhint: See that it is open, and a file, a pipe or a terminal.\n")]
    [InlineData(
        "state set s k - < /", 7, "", "llmspell: cannot read standard input: Is a directory\nhint: See that it is open, and a file, a pipe or a terminal.\n")]
    public async Task A_standard_stream_that_is_closed_is_no_file_of_the_runtime(string command, int code, string output, string error)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "what the runtime opens first is known of Linux");

        Assert.Equal((code, output, error), await CommandLineProcess.Shell(_folder.Path, $"$LLMSPELL {command}").EndAsync());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(300)]
    [InlineData(-1)]
    public async Task With_json_a_script_that_exits_leaves_its_document(int exit)
    {
        (int code, string output, string error) = await Start("--output", "json", "exec", $"print('mine') os.exit({exit})").EndAsync();

        Assert.Equal(OperatingSystem.IsWindows() ? exit : exit & 0xFF, code);
        Assert.Equal("mine\n", error);
        Assert.Equal(code, JsonDocument.Parse(output).RootElement.GetProperty("exit_code").GetInt32());
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_signal_ends_a_script_with_its_output_written_and_its_saves_kept(string signal)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("SIGINT is of Unix");
        }

        _folder.Write("s.lua", """
            State.save("global", "x", "saved")
            io.write("before ")
            io.stderr:write("ready\n")
            while true do end
            """);
        using Process process = Start("run", "s.lua");
        Assert.Equal("ready", await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken));
        using Process kill = Process.Start("/bin/bash", ["-c", $"kill -{signal} {process.Id}"]);

        (int code, string output, string error) = await process.EndAsync();

        Assert.Equal(Interrupted, code);
        Assert.Equal("before ", output);
        Assert.Equal("llmspell: the script was interrupted\nstack traceback:\n\ts.lua:4: in main chunk\n", error);
        Assert.Equal((0, "\"saved\"\n", ""), await Start("state", "get", "global", "x").EndAsync());
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_finalizers_that_a_script_has_left(string signal)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("signals are of Unix");
        }

        _folder.Write("s.lua", """
            held = setmetatable({}, { __gc = function() io.stderr:write("ready\n") while true do end end })
            """);
        using Process process = Start("run", "s.lua");
        Assert.Equal("ready", await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken));
        using Process kill = Process.Start("/bin/bash", ["-c", $"kill -{signal} {process.Id}"]);

        Assert.Equal((0, "", ""), await process.EndAsync());
    }

    [Fact]
    public async Task Ctrl_C_in_the_middle_of_printing_cuts_between_lines_and_repeats_none()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("SIGINT is of Unix");
        }

        _folder.Write("s.lua", "local i = 0 while true do i = i + 1 print(i) end");
        using Process process = Start("run", "s.lua");
        for (long line = 1; line <= 50_000; line++)
        {
            Assert.Equal($"{line}", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        }

        using Process kill = Process.Start("/bin/bash", ["-c", $"kill -INT {process.Id}"]);

        (int code, string rest, string error) = await process.EndAsync();

        Assert.Equal(Interrupted, code);
        Assert.StartsWith("llmspell: the script was interrupted\nstack traceback:\n", error, StringComparison.Ordinal);
        string[] lines = rest.Split('\n');
        Assert.Empty(lines[^1]);
        Assert.Equal(Enumerable.Range(50_001, lines.Length - 1).Select(line => $"{line}"), lines.SkipLast(1));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_signal_at_a_question_on_a_terminal_ends_it_at_once(string signal)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/script"))
        {
            Assert.Skip("needs script of util-linux for a terminal");
        }

        await Start("exec", "State.save('global', 'x', 1) State.create_backup() State.save('global', 'x', 2)").EndAsync();
        using Process terminal = CommandLineProcess.Shell(
            _folder.Path, "mkfifo keys; exec 3<>keys; script -qec 'echo pid=$$; exec $LLMSPELL backup restore latest' /dev/null <&3; echo code=$?");
        string? line = await terminal.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        int process = int.Parse(line!.Trim().AsSpan(4), CultureInfo.InvariantCulture);
        Assert.EndsWith("Go on? [y/N]", (await terminal.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!.Trim(), StringComparison.Ordinal);
        using Process kill = Process.Start("/bin/bash", ["-c", $"kill -{signal} {process}"]);

        Assert.Empty((await terminal.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!.Trim());
        Assert.EndsWith("interrupted", (await terminal.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!.Trim(), StringComparison.Ordinal);
        Assert.Equal("code=130", await terminal.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal((0, "2\n", ""), await Start("state", "get", "global", "x").EndAsync());
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_a_script_quietly()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs a Unix shell");
        }

        _folder.Write("s.lua", "for i = 1, 1e9 do print(i) end");

        (int code, string output, string error) = await CommandLineProcess
            .Shell(_folder.Path, "$LLMSPELL run s.lua | head -n 2; echo ${PIPESTATUS[0]}").EndAsync();

        Assert.Equal((0, "1\n2\n141\n", ""), (code, output, error));
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_a_list_quietly()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs a Unix shell");
        }

        _folder.Write("s.lua", "for i = 1, 3000 do State.save('global', ('key %06d'):format(i) .. ('x'):rep(100), i) end");
        await Start("run", "s.lua").EndAsync();

        (_, string output, string error) = await CommandLineProcess
            .Shell(_folder.Path, "$LLMSPELL state list global | head -c 10; code=${PIPESTATUS[0]}; echo; echo $code").EndAsync();

        Assert.Equal(("key 000001\n141\n", ""), (output, error));
    }

    [Theory]
    [InlineData("state scopes")]
    [InlineData("--output json state scopes")]
    [InlineData("--output json state get global none")]
    [InlineData("--output json exec 'os.exit(0)'")]
    public async Task An_answer_that_cannot_be_written_is_told_on_standard_error(string command)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        await Start("exec", "State.save('global', 'x', 1)").EndAsync();

        (int code, _, string error) = await CommandLineProcess.Shell(_folder.Path, $"$LLMSPELL {command} > /dev/full").EndAsync();

        Assert.NotEqual(0, code);
        Assert.StartsWith("llmspell: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state set a $'\\xff' 1", "\uFFFD")]
    [InlineData("state set a k --string $'caf\\xe9'", "caf\uFFFD")]
    [InlineData("exec 'print(...)' \uFFFD $'\\xff' $'x\\xff'", "\uFFFD")]
    public async Task An_argument_that_is_no_text_is_refused_and_not_changed(string command, string shown)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");

        (int code, string output, string error) = await CommandLineProcess.Shell(_folder.Path, $"$LLMSPELL {command}").EndAsync();

        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"llmspell: the argument '{shown}' is not UTF-8 text\nhint: ", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder[".llmspell"]));
    }

    [Fact]
    public async Task In_a_working_folder_whose_path_is_no_text_no_state_is_made_elsewhere()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "others have no such names");

        (int code, string output, string error) = await CommandLineProcess.Shell(
            _folder.Path, "mkdir $'\\xff' && cd $'\\xff' && $LLMSPELL state set a b 1; code=$?; cd ..; rmdir $'\\xff'; exit $code").EndAsync();

        Assert.Equal((7, ""), (code, output));
        Assert.Contains("\uFFFD, is not UTF-8 text\nhint: ", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["\uFFFD"]));
    }

    [Fact]
    public async Task The_character_that_stands_for_unreadable_bytes_is_text_itself()
    {
        Directory.CreateDirectory(_folder["\uFFFD"]);

        Assert.Equal((0, "\uFFFD\n", ""), await Start("exec", "print(...)", "\uFFFD").EndAsync());
        Assert.Equal(0, (await CommandLineProcess.Shell(_folder.Path, "cd \uFFFD && $LLMSPELL state set a b 1").EndAsync()).Code);
    }

    [Fact]
    public async Task A_working_folder_that_was_deleted_is_told()
    {
        SkipOnWindows();

        (int code, string output, string error) = await CommandLineProcess
            .Shell(_folder.Path, "mkdir gone; cd gone; rmdir ../gone; $LLMSPELL state scopes; code=$?; $LLMSPELL --version >/dev/null && exit $code").EndAsync();

        Assert.Equal((7, ""), (code, output));
        Assert.StartsWith("llmspell: the working folder was deleted", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backup create")]
    [InlineData("--output json backup create")]
    public async Task What_was_done_is_not_undone_by_an_answer_that_cannot_be_written(string command)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        await Start("exec", "State.save('global', 'x', 1)").EndAsync();

        (int code, _, string error) = await CommandLineProcess.Shell(_folder.Path, $"$LLMSPELL {command} > /dev/full").EndAsync();

        Assert.Equal((7, "llmspell: cannot write the answer: No space left on device\nhint: What the command had to do is done; only its answer is lost.\n"), (code, error));
        Assert.Equal(0, (await Start("backup", "validate", "latest").EndAsync()).Code);
    }

    [Fact]
    public async Task A_session_that_is_ended_by_a_signal_ends_so_whatever_its_output_does()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        _folder.Write("in", """local end_us = io.popen("read go; kill -TERM $PPID", "w") io.write("x") end_us:write("go\n") end_us:flush() while true do end""");

        (int code, _, string error) = await CommandLineProcess.Shell(_folder.Path, "$LLMSPELL repl < in > /dev/full").EndAsync();

        Assert.Equal((Interrupted, "llmspell: interrupted\n"), (code, error));
    }

    [Theory]
    [InlineData("exec 'State.save(\"global\", \"x\", 2)'")]
    [InlineData("state set global x 2")]
    [InlineData("-v state set global x 2")]
    public async Task A_warning_that_cannot_be_written_stops_nothing(string command)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        await Start("exec", "State.save('global', 'x', 1) State.create_backup()").EndAsync();
        Directory.Delete(_folder[".llmspell"], recursive: true);

        (int code, _, _) = await CommandLineProcess.Shell(_folder.Path, $"$LLMSPELL {command} 2> /dev/full").EndAsync();

        Assert.Equal(0, code);
        Assert.Equal((0, "2\n", ""), await Start("state", "get", "global", "x").EndAsync());
    }

    [Fact]
    public async Task Without_working_locks_no_backup_is_made()
    {
        SkipOnWindows();
        await Start("exec", "State.save('global', 'x', 1)").EndAsync();

        // .NET then takes no locks at all, as on a file system that has none.
        (int code, string output, string error) = await CommandLineProcess
            .Shell(_folder.Path, "DOTNET_SYSTEM_IO_DISABLEFILELOCKING=1 $LLMSPELL backup create").EndAsync();

        Assert.Equal((7, ""), (code, output));
        Assert.Contains("whose locks do not work", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["backups", "manifests"]));
    }

    [Theory]
    [InlineData("libe_sqlite3.so", "state set s k 1", "cannot open the state in ", "e_sqlite3")]
    [InlineData("librocksdb.so", "-c rocksdb.toml state set s k 1", "cannot open the state in ", "rocksdb")]
    [InlineData("libzstd.so", "backup create", "cannot compress or decompress with zstd", "libzstd")]
    public async Task A_native_library_that_is_missing_is_named(string file, string command, string what, string library)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the names of the files are those of Linux");
        _folder.Write("rocksdb.toml", "[runtime.state_persistence]\nbackend_type = \"rocksdb\"\n");
        await Start("state", "set", "s", "k", "1").EndAsync();
        string program = CopyProgram(file);

        (int code, string output, string error) = await CommandLineProcess.Shell(_folder.Path, $"dotnet '{program}' {command}").EndAsync();

        Assert.Equal((7, ""), (code, output));
        Assert.StartsWith($"llmspell: {what}", error, StringComparison.Ordinal);
        Assert.EndsWith($"the library {library} cannot be loaded\nhint: It must lie beside the program, for this system and architecture: install llmspell again.\n", error, StringComparison.Ordinal);
    }

    private string CopyProgram(string without)
    {
        string from = Path.GetDirectoryName(CommandLineProcess.Program)!;
        foreach (string path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != without))
        {
            string to = _folder["program", Path.GetRelativePath(from, path)];
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            if (Path.GetFileName(path) == Path.GetFileName(CommandLineProcess.Program))
            {
                File.Copy(path, to);
            }
            else
            {
                // .NET looks beside the program itself, wherever links lead.
                File.CreateSymbolicLink(to, path);
            }
        }

        return _folder["program", Path.GetFileName(CommandLineProcess.Program)];
    }

    private static void SkipOnWindows() => Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a Unix shell");

    private Process Start(params string[] arguments) => CommandLineProcess.Start(_folder.Path, arguments);
}
