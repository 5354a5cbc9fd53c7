using System.Text;
using System.Text.Unicode;
using LlmSpell.Backup;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Backups;

/// <summary>Reads the options of State.restore_backup.</summary>
internal static class RestoreArguments
{
    private const int Options = 2;
    private const string Known = "there are scopes, keys, dry_run and safety_backup";

    /// <summary>nil, or a table with scopes, keys, dry_run and safety_backup.</summary>
    internal static (RestoreRequest Request, bool IsDryRun) Read(LuaState state)
    {
        LuaArguments arguments = new(state, "restore_backup");
        if (arguments.IsNil(Options))
        {
            return (new RestoreRequest(), false);
        }

        if (LuaApi.TypeOf(state, Options) != LuaType.Table)
        {
            throw arguments.WrongType(Options, "table");
        }

        List<string> scopes = [];
        List<string> keys = [];
        bool isDryRun = false;
        bool takesSafety = true;
        LuaApi.PushNil(state);
        while (LuaApi.Next(state, Options) != 0)
        {
            string name = LuaApi.TypeOf(state, -2) == LuaType.String ? state.TextAt(-2) : $"a {state.TypeNameAt(-2)}";
            switch (name)
            {
                case "scopes":
                    scopes = Texts(state, arguments, name);
                    break;
                case "keys":
                    keys = Texts(state, arguments, name);
                    break;
                case "dry_run":
                    isDryRun = Boolean(state, arguments, name);
                    break;
                case "safety_backup":
                    takesSafety = Boolean(state, arguments, name);
                    break;
                default:
                    throw arguments.Wrong(Options, $"unknown option '{name}'; {Known}");
            }

            state.Pop();
        }

        return (new RestoreRequest { Selection = Selection(arguments, scopes, keys), SafetyBackup = takesSafety }, isDryRun);
    }

    private static EntrySelection Selection(LuaArguments arguments, List<string> scopes, List<string> keys)
    {
        try
        {
            return EntrySelection.Of(scopes, keys);
        }
        catch (ArgumentException e)
        {
            string problem = e.Message.Split(" (Parameter", 2)[0].TrimEnd('.');
            throw arguments.Wrong(Options, char.ToLowerInvariant(problem[0]) + problem[1..]);
        }
    }

    // An empty list would select everything, which is never what a computed list without elements means.
    private static List<string> Texts(LuaState state, LuaArguments arguments, string option)
    {
        if (LuaApi.TypeOf(state, -1) != LuaType.Table)
        {
            throw arguments.Wrong(Options, $"option '{option}': table of strings expected, got {state.TypeNameAt(-1)}");
        }

        List<string> texts = [];
        long count = (long)LuaApi.RawLength(state, -1);
        for (long i = 1; i <= count; i++)
        {
            LuaType type = LuaApi.RawGetInteger(state, -1, i);
            if (type != LuaType.String || !Utf8.IsValid(state.StringAt(-1)))
            {
                string found = type == LuaType.String ? "other bytes" : state.TypeNameAt(-1);
                throw arguments.Wrong(Options, $"option '{option}', element {i}: string of UTF-8 expected, got {found}");
            }

            if (state.StringAt(-1).IsEmpty)
            {
                throw arguments.Wrong(Options, $"option '{option}', element {i} is empty; leave the option out to restore everything");
            }

            texts.Add(Encoding.UTF8.GetString(state.StringAt(-1)));
            state.Pop();
        }

        return texts.Count > 0 ? texts : throw arguments.Wrong(Options, $"option '{option}' is empty; leave it out to restore everything");
    }

    private static bool Boolean(LuaState state, LuaArguments arguments, string option) => LuaApi.TypeOf(state, -1) == LuaType.Boolean
        ? LuaApi.ToBoolean(state, -1) != 0
        : throw arguments.Wrong(Options, $"option '{option}': boolean expected, got {state.TypeNameAt(-1)}");
}
