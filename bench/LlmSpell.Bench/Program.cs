using LlmSpell.Bench;

switch (args.FirstOrDefault())
{
    case "main":
        MainJob.Run(args[1..]);
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
    default:
        Console.Error.WriteLine(
            """
            usage: dotnet run -c Release --project bench/LlmSpell.Bench -- COMMAND

              main [ENTRIES [ROUNDS]]   saves, loads, backups and restores beside plain SQLite and zstd; default 1000000 3
              lua [ROUNDS [PROGRAM]]    plain Lua code beside lua5.4; in a published llmspell, if its path is given; default 5
              values                    Lua tables to MessagePack and back, and State.save over the store's own time
              schema layouts|settings   the measurements behind docs/store.md
            """);
        return 2;
}
