using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Lua.StateGlobal;

/// <summary>State.count, info, fingerprint, and the pages of State.each.</summary>
internal static unsafe class QueryFunctions
{
    // What each may hold of the state at a time, a larger entry on its own.
    private const int PageEntries = 128;
    private const int PageBytes = 256 << 10;

    private const long MicrosecondsPerSecond = 1_000_000;

    internal static void Register(LuaState state)
    {
        Callback.Register(state, "count"u8, &OnCount);
        Callback.Register(state, "info"u8, &OnInfo);
        Callback.Register(state, "fingerprint"u8, &OnFingerprint);
        Callback.Register(state, "read_page"u8, &OnReadPage);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCount(LuaState state) => Callback.Run(state, &Count);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnInfo(LuaState state) => Callback.Run(state, &Info);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnFingerprint(LuaState state) => Callback.Run(state, &ReadFingerprint);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnReadPage(LuaState state) => Callback.Run(state, &ReadPage);

    private static int Count(LuaState state, LuaHost host)
    {
        string scope = KeyArguments.Scope(state, "count");
        long count = host.Store.Count(scope, new LuaArguments(state, "count").OptionalText(2));
        state.PushNil();
        state.Push(count);
        return 2;
    }

    /// <summary>info(scope, key): nil, then a table or nil.</summary>
    private static int Info(LuaState state, LuaHost host)
    {
        StateKey key = KeyArguments.Key(state, "info");
        PooledBuffer buffer = host.Buffers.Take();
        bool found;
        long modifiedAt;
        int size;
        try
        {
            found = host.Store.TryLoad(key, buffer, out modifiedAt);
            size = buffer.Length;
        }
        finally
        {
            host.Buffers.Return(buffer);
        }

        state.PushNil();
        if (!found)
        {
            return 1;
        }

        state.NewTable();
        state.SetField("modified_at"u8, modifiedAt / MicrosecondsPerSecond);
        state.SetField("modified_at_us"u8, modifiedAt);
        state.SetField("size"u8, size);
        return 2;
    }

    private static int ReadFingerprint(LuaState state, LuaHost host)
    {
        string fingerprint = host.Store.ReadFingerprint().ToString();
        state.PushNil();
        state.Push(fingerprint);
        return 2;
    }

    /// <summary>
    /// read_page(scope, prefix, after): nil, an array of key, value, key, value …, how many entries that is, and whether there are no more.
    /// </summary>
    private static int ReadPage(LuaState state, LuaHost host)
    {
        ReadOnlySpan<byte> scope = KeyArguments.ScopeBytes(state, "each");
        LuaArguments arguments = new(state, "each");
        KeyRange range = KeyRange.WithPrefix(scope, Encoding.UTF8.GetBytes(arguments.OptionalText(2)));
        if (!arguments.IsNil(3))
        {
            range = KeyRange.After(StateKey.FromValidated(scope, arguments.Bytes(3)), range);
        }

        using EntryPage page = new(PageEntries, PageBytes);
        host.Store.ReadPage(page, range);
        state.PushNil();
        LuaApi.CreateTable(state, 2 * page.Count, 0);
        for (int i = 0; i < page.Count; i++)
        {
            state.Push(page.Key(i));
            LuaApi.RawSetInteger(state, -2, (2 * i) + 1);
            StateFunctions.PushStored(state, StateKey.FromValidated(scope, page.Key(i)), page.Value(i));
            LuaApi.RawSetInteger(state, -2, (2 * i) + 2);
        }

        state.Push((long)page.Count);
        state.Push(page.IsLast);
        return 4;
    }
}
