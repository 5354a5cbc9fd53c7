using LlmSpell.Bench;

try
{
    switch (args.FirstOrDefault())
    {
        case "main":
            MainJob.Run(args[1..]);
            return 0;
        case "compare":
            Interruption.Watch();
            CompareJob.Run(args[1..]);
            return 0;
        case "backends":
            Interruption.Watch();
            BackendsJob.Run(args[1..]);
            return 0;
        case SubjectCommand.Name:
            Interruption.Watch();
            SubjectCommand.Run(args[1..]);
            return 0;
        case "growth":
            Interruption.Watch();
            GrowthJob.Run(args[1..]);
            return 0;
        case "memory":
            Interruption.Watch();
            MemoryJob.Run(args[1..]);
            return 0;
        case MemoryStepCommand.Name:
            MemoryStepCommand.Run(args[1..]);
            return 0;
        case "lua":
            LuaComparison.Run(args[1..]);
            return 0;
        case "values":
            ValuesJob.Run();
            return 0;
        case "schema":
            SchemaComparison.Run(args[1..]);
            return 0;
        case "writes":
            WritesJob.Run(args[1..]);
            return 0;
        case "writers":
            WritersJob.Run(args[1..]);
            return 0;
        default:
            Console.Error.WriteLine(
                """
                usage: dotnet run -c Release --project bench/LlmSpell.Bench -- COMMAND

                  main [ENTRIES [ROUNDS]]   saves, loads, backups and restores beside plain SQLite and zstd; default 1000000 3
                  compare [ENTRIES [ROUNDS]] [--program PATH]
                                            backups beside sqlite3, restic, borg, redis and PostgreSQL, where they are installed; --program
                                            is a published llmspell, measured as a whole process; default 1000000 3
                  backends [ENTRIES [ROUNDS]] [--only NAMES]
                                            our backends beside plain SQLite, redis and LMDB, where they are installed; --only is a list with
                                            commas of sqlite, rocksdb, memory, plain-sqlite, redis, redis-aof, lmdb; default 1000000 5
                  growth [MAX_ENTRIES]      how each operation grows from 10,000 entries to that many; default 10000000
                  memory [ENTRIES [VALUES [MIB]]] [--program PATH]
                                            the memory of each operation on SQLite and RocksDB, with many entries, and with large values of 3 and
                                            of so many MiB; default 10000000 1000 16, which needs 48 GB of disk
                  lua [ROUNDS [PROGRAM]]    plain Lua code beside lua5.4; in a published llmspell, if its path is given; default 5
                  values                    Lua tables to MessagePack and back, and State.save over the store's own time
                  writes [ENTRIES [ROUNDS]] saves and loads beside plain SQLite in turns; default 1000000 5
                  writers [SECONDS [ROUNDS]]
                                            one, two and four processes that save at once; default 5 3
                  schema layouts|settings   the measurements behind docs/store.md

                compare, backends, growth and memory write docs/benchmarks.md and files in docs/benchmarks; --output FOLDER writes them elsewhere.
                """);
            return 2;
    }
}
catch (ToolException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (OperationCanceledException) when (Interruption.Token.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted: servers are stopped and temporary folders removed.");
    return 130;
}
